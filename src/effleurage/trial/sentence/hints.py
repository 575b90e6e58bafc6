"""What was probably meant by words that are not understood. A hint is tried in its place before it is given."""

from __future__ import annotations

import difflib
import re
from collections import Counter

from effleurage.errors import Finding, short
from effleurage.protocol.stimuli import catalogue
from effleurage.trial.design.endpoints import endpoints
from effleurage.trial.design.words import PEOPLE
from effleurage.trial.sentence.ear import WHICH, Unknown
from effleurage.trial.sentence.listening import Listener
from effleurage.trial.sentence.vocabulary import every_phrase, words

LIKE = 0.76
"""Likeness (0-1, of difflib) from which a word may have been meant."""
VERY_LIKE, RATHER_LIKE = 0.91, 0.87
"""Likeness from which two words together may have been meant as a phrase: before, and after the first of them alone."""
MOST = 12
"""Words of a sentence for which hints are looked for; one with more is no sentence about a trial."""
AS_MANY = 3
"""Phrases that hold a word, of which so many are told."""


def unknown_words(ear: Listener) -> list[Finding]:
    """A finding for every word that was not understood, those without a hint together by what is known there."""
    found: list[Finding] = []
    lost: dict[str, list[Unknown]] = {}
    taken = 0
    for number, one in enumerate(ear.unknown):
        if one.at < taken:
            continue
        if told := _special(one):
            found.append(told)
        elif one.word in words("children"):
            lost.setdefault("children", []).append(one)
        elif one.word in words("no_hands"):
            lost.setdefault("no hands", []).append(one)
        elif number < MOST and (hint := _hint(ear, one)):
            taken = one.at + len(hint[0])
            found.append(Finding(f"sentence, '{short(hint[0])}'", "is not understood", hint[1]))
        else:
            lost.setdefault(one.section, []).append(one)
    for about, ones in lost.items():
        found.append(Finding(f"sentence, {_quoted(ear, ones)}", *_lost(about, len(_runs(ear, ones)) > 1)))
    return list(dict.fromkeys(found))


def _special(unknown: Unknown) -> Finding | None:
    """A number without a unit, or a word that only a design file takes."""
    where = f"sentence, '{short(unknown.word)}'"
    if re.fullmatch(r"\d[\d.,:]*%?", unknown.word):
        return Finding(where, "a number of what", "Say '60 min', 'x 6', '40 per arm' or 'at 16:00'.")
    if line := words("file").get(unknown.word):
        fix = f"A design file says it ('{line}'); 'effleurage plan' with --export DIR writes one, design.yaml."
        return Finding(where, "cannot be said in a sentence", fix)
    return None


def _hint(ear: Listener, unknown: Unknown) -> tuple[str, str] | None:
    """What stands there, and what was probably meant by it: the likest word or phrase that is understood there."""
    following = re.match(rf"{re.escape(unknown.word)} [^\W_]+", ear.text[unknown.at :])
    if following and (hint := _alike(ear, unknown, following[0], VERY_LIKE)):
        return hint
    whole = sorted((known for known in every_phrase() if " " in known and unknown.word in known.split()), key=len)
    if not following and (meant := [known for known in whole if _works(ear, unknown, unknown.word, known)][:AS_MANY]):
        return unknown.word, f"Did you mean {' or '.join(repr(known) for known in meant)}?"
    return _alike(ear, unknown, unknown.word, LIKE) or (
        _alike(ear, unknown, following[0], RATHER_LIKE) if following else None
    )


def _alike(ear: Listener, unknown: Unknown, piece: str, least: float) -> tuple[str, str] | None:
    for known in difflib.get_close_matches(piece[:60], every_phrase(), n=5, cutoff=least):
        if _works(ear, unknown, piece, known):
            return piece, f"Did you mean '{known}'?"
    return None


def _works(ear: Listener, unknown: Unknown, piece: str, known: str) -> bool:
    """Whether the sentence with ``known`` in place of ``piece`` is understood there, and no worse elsewhere."""
    if known == piece:
        return False
    again = Listener(f"{ear.text[: unknown.at]}{known}{ear.text[unknown.at + len(piece) :]}")
    again.listen()
    end, stop = unknown.at + len(piece), unknown.at + len(known)
    before = Counter(other.word for other in ear.unknown if not unknown.at <= other.at < end)
    after = Counter(other.word for other in again.unknown)
    worse = {fault.where for fault in again.found} - {fault.where for fault in ear.found}
    return not worse and after <= before and not any(unknown.at <= other.at < stop for other in again.unknown)


def _runs(ear: Listener, ones: list[Unknown]) -> list[str]:
    """Words that follow each other, as one phrase each; every phrase once."""
    found: list[str] = []
    end = -1
    for one in ones:
        if found and one.at == end + 1 and ear.text[end] == " ":
            found[-1] += f" {one.word}"
        else:
            found.append(one.word)
        end = one.at + len(one.word)
    return list(dict.fromkeys(found))


def _quoted(ear: Listener, ones: list[Unknown]) -> str:
    return ", ".join(f"'{short(phrase)}'" for phrase in _runs(ear, ones)[:MOST])


def _lost(about: str, several: bool) -> tuple[str, str]:
    """What is wrong with words of a kind, or of a section of the sentence, and all that may be said in their place."""
    known = catalogue()
    what = f"{'are' if several else 'is'} not understood"
    if about == "children":
        return "the simulated people are adults", "Say what adults they are, such as 'healthy adults'."
    if about == "no hands":
        fix = "Leave these words out if a therapist's hands do it: nothing else is simulated."
        return f"{'are' if several else 'is'} not by the hands of a therapist", fix
    if about == "people":
        said = ", ".join(each[0] for each in PEOPLE.values())
        return what, f"Nothing of people is simulated but: {said}, an age ('aged 45'). Say 'adults' for any others."
    if about in ("outcome", "listed"):
        said = ", ".join(dict.fromkeys(row.outcome for row in endpoints().values()))
        return what, f"What can be measured: {said}. People stand after 'in', comparisons after 'vs'."
    if about == "comparator":
        return what, f"{WHICH} People stand after 'in', outcomes after a comma."
    hands = f"techniques: {', '.join(known.techniques)}; regions: {', '.join(known.regions)}"
    pressures = ", ".join(name for name in known.pressures if name != "touch")
    return what, f"Of the massage can be said: minutes, how often, {hands}; pressures: {pressures}."
