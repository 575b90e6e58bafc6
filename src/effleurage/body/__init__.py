"""The body: one pair of text files a system (equations, ledger), joined by quantity name."""

RESIDENT = ("touch", "stress", "autonomic", "heart", "circulation", "sleep", "immunity")
"""The systems every person has, in reading order. Adding one is two text files and a word here."""
CHALLENGES = ("medicine", "endotoxin", "vaccine")
"""Systems that a protocol switches on. What one of them defines takes the place of a resident input of that name."""
