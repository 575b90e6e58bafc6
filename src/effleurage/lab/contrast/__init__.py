"""Two worlds of the same people, and what differs between them."""
