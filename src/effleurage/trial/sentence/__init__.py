"""A sentence about a trial, understood."""
