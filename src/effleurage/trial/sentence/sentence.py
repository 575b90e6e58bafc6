"""``60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS`` -> the design of a trial.

A word that is not understood is listed with the nearest known one, and never guessed. ``listening.py`` goes through the
words, ``heard.py`` makes the design of what was heard, ``hints.py`` says what was probably meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.times import tidy
from effleurage.trial.design.assumed import assumed
from effleurage.trial.design.design import Design
from effleurage.trial.sentence.heard import Heard
from effleurage.trial.sentence.hints import unknown_words
from effleurage.trial.sentence.listening import Listener
from effleurage.trial.sentence.vocabulary import numbered

LONGEST = 500
"""Characters of a sentence."""


@dataclass(frozen=True)
class Understood:
    """What a sentence was understood as: the ``design``, and what was assumed or left out, in words."""

    design: Design
    notes: tuple[str, ...]


def read_sentence(text: str) -> Design:
    """The design that a sentence tells. Raises ``ProtocolError`` with every finding, each unknown word among them.

    First the massage (minutes, technique, pressure, region, how often), after ``vs`` what it is compared with, after
    ``in`` the people, after a comma or ``on`` the outcomes; further ``40 per arm`` or ``80 in all``, ``at 16:00``,
    ``crossover`` and ``washout 14 days``. An hour after an outcome is that of its measurements. Not said: 60 min,
    swedish, its own pressure, the back, one session; several sessions are a week apart; 14:00; parallel arms; n to be
    planned; people as in the ledger. Several sessions a week are evenly spaced in whole days, so twice a week is every
    4 days. A month is 28 days. Without ``vs`` there is one arm.
    """
    return understood(text).design


def understood(text: str) -> Understood:
    """As ``read_sentence``, with what has to be told about it: defaults, a missing control, what was not asked."""
    if not text.strip() or len(text) > LONGEST:
        what = "nothing is said" if not text.strip() else f"{len(text)} characters"
        fix = "Say it as '60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS'."
        raise ProtocolError(Finding("sentence", what, fix))
    ear = Listener(numbered(tidy(text)))
    ear.listen()
    found = [*ear.found, *unknown_words(ear)]
    heard = Heard(ear, found)
    design = heard.design(" ".join(text.split()))
    if found or design is None:
        raise ProtocolError(found)
    return Understood(design, tuple(dict.fromkeys((*assumed(design), *ear.notes, *heard.notes))))
