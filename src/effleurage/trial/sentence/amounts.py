"""The numbers of a sentence about a trial, in the units of the design's fields."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.times import clock
from effleurage.trial.sentence.vocabulary import words

_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_DAYS = {"d": 1, "w": 7, "m": 28}
_ORDINAL = {"other": 2, "second": 2, "third": 3, "a": 1, "an": 1}
_WORDED = {"half an hour": 30, "half hour": 30, "an hour": 60}
_QUARTERS = {"a quarter of an hour": 15, "quarter of an hour": 15, "3 quarters of an hour": 45}
_LONGER = {"an hour and a half": 90, "1 hour and a half": 90, "1 and a half hours": 90, "1 and a half hour": 90}
_SHARES = {"drop-out": "dropout", "drop-outs": "dropout", "dropouts": "dropout", "attrition": "dropout"}


def value_of(name: str, match: re.Match[str] | None) -> Any:
    """What a rule's match says. ``often`` is days from one session to the next; a share comes with its field.

    Raises ``ProtocolError`` for a number that cannot be.
    """
    told = match.groupdict() if match else {}
    number, unit, word = told.get("a") or "", told.get("unit") or "", told.get("word") or ""
    if name in ("rate", "every", "length", "sessions") and number.isdigit() and not int(number):
        raise ProtocolError(Finding("", "none cannot be", "Give 1 or more."))
    if name == "minutes":
        return _minutes(told)
    if name in ("time", "part"):
        return _hour(number, unit.replace(".", ""), word.rstrip("s"))
    if name == "every":
        if word:
            worded = {"weekly": 7, "once weekly": 7, "fortnightly": 14}
            return Fraction(worded.get(word, 28 if "month" in word else 1))
        return Fraction((_ORDINAL.get(number) or int(number or 1)) * _DAYS[unit[0]])
    if name == "a month":
        return Fraction(28, _TIMES[word] if word else max(1, int(number)))
    if name == "rate":
        times = _TIMES[word] if word else int(number)
        if times > 7:
            raise ProtocolError(Finding("", "more than one session a day", "Give each day one, as 'daily'."))
        return Fraction(7, times)
    if name in ("length", "washout"):
        return (_ORDINAL.get(number) or int(number)) * _DAYS[unit[0]]
    if name == "share":
        size = float(number) / (100 if unit else 1)
        return _SHARES.get(word, word), size
    if name in ("an arm", "in all", "alone"):
        return name != "in all"
    if name == "layout":
        return "parallel" if word == "parallel" else "crossover"
    if name == "age":
        return float(number or told["b"])
    return _TIMES.get(word, 1) if word else int(number) if number else None


def _minutes(fields: dict[str, Any]) -> float:
    if fields.get("h"):
        return 60.0 * int(fields["h"]) + int(fields["m"])
    if word := fields.get("word"):
        worded = {**_WORDED, **_QUARTERS, **_LONGER}
        return float(worded[word.replace("-", " ")])
    return float(fields["a"]) * (60 if fields["unit"].startswith("h") else 1)


def _hour(number: str, unit: str, word: str) -> float:
    if word:
        return clock(words("day")[word])
    hours, _, minutes = number.replace(".", ":").partition(":")
    if not unit:
        return clock(number)
    if not 1 <= int(hours) <= 12:
        raise ProtocolError(Finding("", f"there is no {number} {unit}", "Write it as 'at 16:00'."))
    return clock(f"{int(hours) % 12 + (12 if unit == 'pm' else 0)}:{minutes or '00'}")
