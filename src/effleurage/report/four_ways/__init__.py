"""The four ways: carried out, and as a page."""
