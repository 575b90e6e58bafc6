"""Verdicts on claims, in words and as a page."""
