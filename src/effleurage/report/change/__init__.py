"""A measured change, as a page."""
