"""Phrases of a sentence about a trial and what they say, by the section of the sentence; single words by their list.

The sections are treatment, comparator, listed (after a comparison and a comma), people and outcome: they decide where a
phrase could say two things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.tables import shipped_table
from effleurage.trial.design.endpoints import endpoint_words
from effleurage.trial.design.words import COMPARATORS, PEOPLE

Says = tuple[str, Any]
"""What kind of thing a phrase says, and which."""

_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: number for number, word in enumerate(f"{_ONES} {_TEENS}".split(), 1)}
NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
LACKED = tuple(name for name in PEOPLE if name not in ("students", "older", ""))
"""Names of ``PEOPLE`` that people can be without."""


@cache
def words(name: str) -> Mapping[str, str]:
    """A list of ``sentence.toml``: each word, and what it stands for where the list says it."""
    told = _lists()[name]
    return dict.fromkeys(told.split(), "") if isinstance(told, str) else told


@cache
def _lists() -> dict[str, str | dict[str, str]]:
    return shipped_table(dict[str, str | dict[str, str]], __package__, "sentence.toml")


@cache
def lexicon(section: str) -> Mapping[str, Says]:
    """Phrase -> what it says, in a section of the sentence."""
    known = catalogue()
    hands: dict[str, Says] = {name: ("technique", name) for name in known.techniques}
    hands |= {name: ("pressure", name) for name in known.pressures if name != "touch"}
    hands |= {f"{name} pressure": ("pressure", name) for name in known.pressures}
    hands |= {name: ("region", name) for name in known.regions if name != "arm"}
    hands |= {word: ("region", name) for word, name in words("both").items()} | {"arm massage": ("region", "arms")}
    hands |= {word: hands[name] for word, name in known.also.items() if name in hands}
    measured: dict[str, Says] = {word: ("outcome", word) for word in endpoint_words()}
    against: dict[str, Says] = {word: ("kind", word) for each in COMPARATORS.values() for word in each}
    who: dict[str, Says] = {word: ("people", name) for name, each in PEOPLE.items() for word in each}
    pains = {word for word in who if word.endswith("pain") and word != "pain"}
    unsure: dict[str, Says] = {word: ("unsure", word) for word in who if word in words("conditions") or word in pains}
    if section == "people":
        return measured | hands | against | who
    if section in ("comparator", "listed"):
        return who | measured | unsure | hands | against | {"massage": ("kind", "massage")}
    if section == "outcome":
        return against | hands | who | measured | unsure | dict.fromkeys(pains, ("outcome", "pain"))
    return against | who | measured | unsure | hands


def person(phrase: str) -> str | None:
    """The name in ``PEOPLE`` of a phrase for people, None of any other."""
    says, name = lexicon("people").get(phrase, ("", ""))
    return str(name) if says == "people" else None


def silent(word: str) -> bool:
    """Whether a word says nothing."""
    return word in words("small") or word in words("persons")


@cache
def every_phrase() -> tuple[str, ...]:
    """Every phrase that says something somewhere, the words of phrases, and words that a hint may give."""
    lists = (lexicon(section) for section in ("treatment", "listed", "people", "outcome"))
    phrases = dict.fromkeys(phrase for each in lists for phrase in each)
    parts = (part for phrase in phrases for part in phrase.split() if not silent(part))
    return tuple(dict.fromkeys((*phrases, *parts, *words("hinted"))))


def numbered(text: str) -> str:
    """The text with its number words as digits."""
    tens, ones = "|".join(_TENS), _ONES.replace(" ", "|")
    text = re.sub(rf"\b({tens})[ -]({ones})\b", lambda found: str(NUMBERS[found[1]] + NUMBERS[found[2]]), text)
    return re.sub(rf"\b({'|'.join(NUMBERS)})\b", lambda found: str(NUMBERS[found[1]]), text)
