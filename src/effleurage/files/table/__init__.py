"""Text, delimited tables, cells, stamps."""
