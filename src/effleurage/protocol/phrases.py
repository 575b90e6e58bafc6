"""``massage, swedish, moderate pressure, back and legs, 60 min`` -> a visit or a dose; in any order."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from effleurage.errors import Finding, ProtocolError, nearest, short
from effleurage.protocol.stimuli import Kind, catalogue
from effleurage.protocol.times import MINUTES_IN, NUMBER, When, tidy
from effleurage.protocol.visits import Dose, Strokes, Visit

Said = tuple[str, str | float]
"""A field and its value."""

MOST_PHRASES = 30
_PIECE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})? ?(?:mins?|minutes?|h|hours?|mmhg)(?![a-z0-9])")
_WORDED = {"half an hour": 30.0, "an hour": 60.0, "one hour": 60.0, "an hour and a half": 90.0}
_AMOUNT = re.compile(rf"(?:(arrival|attention|expectation|strength) )?({NUMBER}) ?(.*)")


def read_stimulus(when: When, span: float | None, text: str) -> Visit | Dose:
    """The stimulus that ``text`` names; ``span`` is its length in minutes where the time already said it.

    Raises ProtocolError with every finding.
    """
    phrases = [piece for phrase in tidy(text).split(",") for piece in _pieces(phrase.strip())]
    if len(phrases) > MOST_PHRASES:
        raise ProtocolError(Finding("", f"{len(phrases)} phrases in one entry", f"At most {MOST_PHRASES}."))
    name = _kind_named(phrases)
    kind = catalogue().kinds[name]
    found: list[Finding] = []
    said: dict[str, str | float] = {} if span is None else {"minutes": span}
    if kind.technique:
        said["technique"] = kind.technique
    for phrase in phrases:
        try:
            key, value = _read_phrase(phrase, name, kind)
        except ProtocolError as fault:
            found += fault.findings
            said |= {key: value for key, value in _guess(phrase, kind) if key not in said}
            continue
        if key == "region" and key in said:
            said[key] = f"{said[key]} and {value}"
        elif key in said:
            found.append(Finding(key, f"'{short(phrase)}' says {key} a second time", "Say it once."))
        else:
            said[key] = value
    if "minutes" not in said:
        usual = min(60.0, kind.longest.value)
        found.append(Finding("minutes", f"{name} does not say how long", f"Add minutes, such as '{usual:g} min'."))
        said["minutes"] = usual
    stimulus = _build(name, kind, when, said, found)
    if found or stimulus is None:
        raise ProtocolError(found)
    return stimulus


def _pieces(phrase: str) -> tuple[str, ...]:
    """``60 min swedish massage of the back`` says four things; a phrase that is not wholly known is left as it is."""
    if phrase in _all_words():
        return (phrase,)
    found: list[str] = []
    rest = phrase
    while rest:
        match = _PIECE.match(rest)
        known = [word for word in _all_words() if rest == word or rest.startswith(f"{word} ")]
        piece = max((*known, *([match[0]] if match else [])), key=len, default="")
        if not piece:
            return (phrase,)
        found.append(piece)
        rest = re.sub(r"^(?:(?:of|on|with|and) (?:the )?)", "", rest[len(piece) :].strip())
    return tuple(found) if len(found) > 1 else (phrase,)


@cache
def _all_words() -> frozenset[str]:
    """Every fixed phrase of any kind of stimulus, the kinds themselves among them."""
    known = catalogue()
    names = {word for name, kind in known.kinds.items() for word in (name, *kind.also)}
    return frozenset(names | {word for kind in known.kinds.values() for word in _words(kind)})


def _kind_named(phrases: list[str]) -> str:
    """Find the phrase that names the kind and take it out of ``phrases``."""
    known = catalogue()
    named = [phrase for phrase in phrases if known.kind_named(phrase)]
    sure = [phrase for phrase in named if phrase not in known.techniques] or named[:1]
    if not sure:
        words = [word for name, kind in known.kinds.items() for word in (name, *kind.also)]
        what = f"'{short(phrases[0])}' is no stimulus" if phrases[0] else "nothing is said to be done"
        raise ProtocolError(Finding("", what, nearest(phrases[0][:60], words)))
    if len(sure) > 1:
        what = f"two stimuli in one entry: {short(', '.join(sure))}"
        raise ProtocolError(Finding("", what, "Give each a line."))
    phrases.remove(sure[0])
    return known.kind_named(sure[0]) or sure[0]


def _words(kind: Kind) -> dict[str, Said]:
    """Every fixed phrase that says something about this kind."""
    known = catalogue()
    words: dict[str, Said] = {level: ("strength", level) for level in kind.levels}
    if kind.visit:
        words |= {name: ("posture", name) for name in known.postures}
    if kind.hands:
        words |= {name: ("region", name) for name in known.regions}
        words |= {word: ("pressure", name) for name in known.pressures for word in (name, f"{name} pressure")}
        words |= {name: ("technique", name) for name in known.techniques}
        words |= {word: words[name] for word, name in known.also.items() if name in words}
    return words | {word: ("minutes", minutes) for word, minutes in _WORDED.items()}


def _guess(phrase: str, kind: Kind) -> list[Said]:
    """What a misspelt phrase was probably about, so that one slip is not reported twice."""
    words = _words(kind)
    return [words[close] for close in difflib.get_close_matches(phrase[:60], words, n=1, cutoff=0.5)]


def _read_phrase(phrase: str, name: str, kind: Kind) -> Said:
    words = _words(kind)
    if phrase in words:
        return words[phrase]
    if amount := _AMOUNT.fullmatch(phrase):
        return _read_amount(amount[1] or "", float(amount[2]), amount[3].strip(), phrase, kind)
    if not phrase:
        raise ProtocolError(Finding("", "an empty phrase between commas", "Take out one comma."))
    if kind.hands and " and " in phrase:
        catalogue().region_names(phrase)
        return "region", phrase
    own = [word for word in words if word not in catalogue().also and word not in _WORDED]
    hints = [*own, "60 min", *([] if kind.visit else ["strength 1"])]
    what = f"'{short(phrase)}' says nothing known about {name}"
    raise ProtocolError(Finding("", what, nearest(phrase[:60], hints)))


def _read_amount(word: str, number: float, unit: str, phrase: str, kind: Kind) -> Said:
    fits: dict[str, tuple[str, float]] = {}
    if word in ("", "arrival"):
        fits |= {own: (word or "minutes", size) for own, size in MINUTES_IN.items()}
    if not word and kind.hands:
        fits |= {"mmhg": ("pressure", 1.0)}
    if word in ("", "strength") and not kind.visit:
        fits |= {own: ("strength", size) for own, size in kind.units.items()}
    if word in ("attention", "expectation", "strength"):
        fits[""] = (word, 1.0)
    if word and (word == "strength") == kind.visit:
        raise ProtocolError(Finding(word, f"'{short(phrase)}' does not fit this stimulus", "Take it out."))
    if unit not in fits:
        what = f"'{short(phrase)}' has no unit" if not unit else f"'{short(phrase)}': the unit does not fit"
        units = " or ".join(f"'{own}'" if own else "no unit" for own in _chief(fits))
        raise ProtocolError(Finding(word or "minutes", what, f"Here {units} is due."))
    key, size = fits[unit]
    return key, round(number * size, 9)


def _chief(fits: Mapping[str, tuple[str, float]]) -> list[str]:
    """One unit for each size and field, the shortest."""
    best: dict[tuple[str, float], str] = {}
    for unit, meaning in fits.items():
        best.setdefault(meaning, unit)
    return list(best.values())


def _build(
    name: str, kind: Kind, when: When, fields: Mapping[str, Any], findings: list[Finding]
) -> Visit | Dose | None:
    """The stimulus, or None with what is wrong added to ``findings``."""
    stroke = {key: value for key, value in fields.items() if key in ("technique", "pressure", "region")}
    rest = {key: value for key, value in fields.items() if key not in stroke}
    strokes: Strokes | None = None
    try:
        if kind.hands:
            strokes = Strokes(**({"technique": ""} | stroke))
    except ProtocolError as fault:
        findings += fault.findings
    try:
        if kind.visit:
            return Visit(when=when, strokes=strokes, **rest)
        return Dose(kind=name, when=when, **rest)
    except ProtocolError as fault:
        findings += fault.findings
    return None
