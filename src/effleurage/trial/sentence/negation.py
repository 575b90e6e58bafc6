"""Words of a sentence that take back what comes next: ``not stressed``, ``without pain``, ``no talk``.

What people are without is understood; everything else that is not, is refused whole, so that no half of it stays.
"""

from __future__ import annotations

import re

from effleurage.errors import short
from effleurage.trial.design.endpoints import endpoint_words
from effleurage.trial.sentence.ear import Ear
from effleurage.trial.sentence.vocabulary import LACKED, person, words

_FILLERS = re.compile(
    r" ?(?:(?:a|an|any|the|at|by|in|on|with|under|having|have|has|suffering from|signs of|who|that|are|is|feel|were) )*"
)
_ANYBODY = frozenset(("those", "anybody", "anyone", "all", "everybody", "everyone", "somebody", "someone", "others"))


def taken_back(ear: Ear, phrase: str, rest: str) -> int:
    """Hear what comes after ``phrase``, such as ``not``; the number of characters of ``rest`` that it takes."""
    lead = _end(_FILLERS.match(rest))
    while (first := rest[lead:].split(" ", 1)[0]) and (first in words("persons") or first in _ANYBODY):
        lead += len(first) + 1
        lead += _end(_FILLERS.match(rest[lead:]))
    meant = ear.phrase(rest[lead:], "people")
    if person(meant) in LACKED and (ear.about_people or meant not in endpoint_words()):
        return _lacked(ear, phrase, rest, lead, meant)
    if not meant:
        ahead = re.match(r"[^\W_][\w'’-]*", rest[lead:])
        meant = ahead[0] if ahead else ""
    taken = lead + len(meant) if meant else 0
    whole = f"{phrase}{rest[:taken]}"
    fix = f"Only what is said is done and measured: leave '{short(whole)}' out as a whole."
    if ear.section == "people":
        fix = f"Say what the people are, such as 'healthy adults', and leave '{short(whole)}' out as a whole."
    ear.note(whole, "says what is not, which a sentence cannot", fix)
    return taken


def _lacked(ear: Ear, phrase: str, rest: str, lead: int, meant: str) -> int:
    """``without pain or stress``: both. ``without pain and stress``: the second is asked."""
    taken = lead + len(meant)
    ear.absent[str(person(meant))] = f"{phrase}{rest[:taken]}"
    while more := re.match(r" (and|or|nor) (?=\w)", rest[taken:]):
        also = ear.phrase(rest[taken + more.end() :], "people")
        if person(also) not in LACKED:
            break
        if more[1] == "and":
            what = f"stands after '{phrase}', so the people may have it or not"
            ear.note(f"and {also}", what, f"Say 'and with {also}', or 'or {also}' for people without both.")
        else:
            ear.absent[str(person(also))] = f"{phrase} {also}"
        taken += more.end() + len(also)
    ear.here.append("person")
    return taken


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
