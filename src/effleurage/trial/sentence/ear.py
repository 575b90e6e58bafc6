"""What has been heard of a sentence about a trial so far, and the two ways of keeping more: of the whole, of an arm."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from effleurage.errors import Finding, short
from effleurage.trial.design.endpoints import Endpoint
from effleurage.trial.design.words import COMPARATORS, NOTHING, kind_of
from effleurage.trial.sentence.vocabulary import lexicon, words

WHICH = f"Say which: 'quiet rest', {', '.join(repr(kind) for kind in list(COMPARATORS)[1:-1])} or 'usual care'."
_FIELD = {"often": "how often", "length": "how long", "people": "how many people", "an arm": "how many people"}
_COURSE = ("often", "length", "sessions", "time", "an arm")
COMPARED = ("comparator", "listed")


@dataclass(frozen=True)
class Unknown:
    """A word that is not understood, where it stands in the sentence, and in which section."""

    at: int
    word: str
    section: str


@dataclass
class Ear:
    """What was heard so far of ``text`` (small letters, single spaces, digits), of which ``at`` characters are done.

    ``said``: what is said of the whole trial and of the massage. ``others``: what is said of each comparison; ``open``
    while the last of them may be told more. ``unnamed``: words for a comparison that do not say which. ``absent``:
    people that are not meant, by the words for it. ``hours``: minutes since midnight at which an outcome is measured.
    """

    text: str
    section: str = "treatment"
    said: dict[str, Any] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)
    open: bool = False
    unnamed: str = ""
    people: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    outcomes: list[Endpoint] = field(default_factory=list)
    hours: dict[str, float] = field(default_factory=dict)
    unasked: dict[str, str] = field(default_factory=dict)
    weekdays: list[str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    at: int = 0
    here: list[str] = field(default_factory=list)
    """What was heard since the last comma, by kind: ``outcome``, ``person``, ``verb``, ``sitting``, ``read``, …"""
    chunk: list[Endpoint] = field(default_factory=list)
    """Outcomes since the last comma."""
    commas: int = 0

    def note(self, phrase: str, what: str, fix: str) -> None:
        """Something that cannot be meant, once."""
        finding = Finding(f"sentence, '{short(phrase)}'", what, fix)
        if finding not in self.found:
            self.found.append(finding)

    def phrase(self, rest: str, section: str) -> str:
        """The longest known phrase that ``rest`` begins with, or nothing."""
        fits = [word for word in lexicon(section) if rest.startswith(word)]
        return max((word for word in fits if not re.match(r"[^\W_]|-[^\W_]", rest[len(word) :])), key=len, default="")

    @property
    def about_people(self) -> bool:
        """Whether what comes next is told of people."""
        return self.section == "people" or "person" in self.here

    def keep(self, name: str, value: Any, phrase: str) -> None:
        """Something of the whole trial or of the massage; said twice, it must be the same."""
        if self.said.setdefault(name, value) == value:
            return
        if name in _COURSE and self.section in COMPARED:
            what = f"says {_FIELD.get(name, name)} otherwise than for the massage, and all arms have the same course"
            self.note(phrase, what, "Say the same for both, or plan each arm against the control by itself.")
            self.unnamed = ""
        else:
            self.note(phrase, f"says {_FIELD.get(name, name)} a second time", "Say it once.")

    def describe(self, name: str, value: Any, phrase: str) -> None:
        """Something of a comparison: of the one that is open, or of a new one."""
        latest = self.others[-1] if self.others and self.open else {}
        self.unnamed = ""
        if name == "kind":
            if value == "massage" and latest.keys() & {"kind", "technique", "pressure", "region"}:
                return  # the word 'massage' after its technique
            if value.startswith(("sham", "placebo")):
                self.notes.append(f"'{value}' is read as {kind_of(value)}")
            elif value in NOTHING:
                self.notes.append(f"'{value}' is read as an arm without visits, as a {kind_of(value)} is")
            value = kind_of(value)
        if not self.open or (name == "kind" and name in latest):
            self.others.append(latest := {})
            self.open = True
        if name == "region" and name in latest:
            value = f"{latest[name]} and {value}"
        elif latest.get(name, value) != value:
            self.note(phrase, f"says {name} a second time", "Say it once, or put 'and' before it.")
        latest[name] = value

    def settle_control(self) -> None:
        """A word such as ``control`` that no comparison followed."""
        if self.unnamed in words("control"):
            self.note(self.unnamed, "does not say which control", WHICH)
            self.unnamed = ""
