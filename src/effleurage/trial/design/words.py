"""Words for what an arm gets and for whom a trial takes in."""

from __future__ import annotations

from collections.abc import Iterable

from effleurage.evidence.published.silent import silent

NOTHING = (
    *("no treatment", "no intervention", "no massage", "no therapy", "no visit", "no visits", "nothing"),
    *("no-treatment", "no-intervention", "untreated"),
)
"""Words for an arm that is only measured, as a waiting list is."""
COMPARATORS = {
    "rest": (
        "rest",
        "quiet rest",
        "resting",
        "resting quietly",
        "relaxing",
        "rest in silence",
        "bed rest",
        "rest on bed",
        "rest in bed",
        "lying quietly",
        "lying down",
    ),
    "light touch": ("light touch", "sham", "sham massage", "placebo massage"),
    "attention": ("attention", "attention control", "conversation", "talk", "talking"),
    "waiting list": ("waiting list", "waiting-list", "wait list", "wait-list", "waitlist", "wait-listing", *NOTHING),
    "usual care": ("usual care", "standard care", "routine care", "care as usual", "treatment as usual"),
}
"""Kind of an arm -> the words for it."""
PEOPLE = {
    "stress": ("stressed", "stress", "chronic stress", "under stress", "under strain"),
    "anxiety disorder": ("anxious", "anxiety"),
    "insomnia": ("insomnia", "poor sleepers", "poor sleep"),
    "back pain": (
        "back pain",
        "chronic back pain",
        "low back pain",
        "chronic low back pain",
        "pain",
        "chronic pain",
        "chronic neck pain",
    ),
    "hypertension": ("hypertension", "hypertensive", "high blood pressure", "prehypertension"),
    "cancer": ("cancer", "breast cancer", "oncology"),
    "hemodialysis": ("hemodialysis", "haemodialysis"),
    "students": ("students", "medical students", "young"),
    "older": ("older", "elderly", "old"),
    "": ("healthy",),
}
"""A word of ``silent.toml`` of the evidence, which has the settings (none: the ledger's) -> words for such people."""


def kind_of(text: str) -> str | None:
    """The kind of an arm by any word for it, or None."""
    if text == "massage":
        return text
    return next((kind for kind, words in COMPARATORS.items() if text in words), None)


def settings_of(people: Iterable[str]) -> dict[str, float]:
    """Settings of the ledger for people of ``PEOPLE``: those of ``silent.toml`` of the evidence, in its order."""
    chosen = set(people)
    found: dict[str, float] = {}
    for entry in silent().people:
        if chosen & set(entry.words):
            found |= entry.settings
    return found
