"""What studies found, in words and as a page."""
