"""The body: one pair of text files a system (equations, ledger), joined by quantity name."""

RESIDENT = ("touch", "stress", "autonomic", "circulation", "sleep", "immunity")
"""The systems every person has, in reading order. Adding one is two text files and a word here."""
