"""Runs that are kept: folders, chunks, many machines; and the body as SBML."""
