"""The lives of the people of a trial, in every arm."""
