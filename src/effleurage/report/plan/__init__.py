"""The plan of a trial, in words and as a page."""
