"""How large a trial must be, and when it should measure."""
