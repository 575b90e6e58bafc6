"""``60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS`` -> the design of a trial.

A word that is not understood is listed with the nearest known one, and never guessed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import clock, short, tidy, time_of_day
from effleurage.trial.design import COMPARATORS, NO_VISIT, PEOPLE, Arm, Design, Measure, settings_of
from effleurage.trial.outcomes import Outcome, outcome_words

LONGEST = 500
"""Characters of a sentence."""
ALIASES = {"lymphatic drainage": "lymph drainage", "full body": "whole body"}
SMALL = frozenset(
    re.findall(
        r"\S+",
        "a an the of in with to by for on at is are be per each and who session sessions massage massages visit visits "
        "trial study course group groups arm arms control controls people persons adults participants patients clients "
        "volunteers randomised randomized controlled effect effects level levels given - : . ( )",
    )
)
"""Words that say nothing here."""

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WHO = r"(?:people |persons |participants |patients |adults )?"
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_RULES: tuple[tuple[str, str], ...] = (
    ("minutes", r"(?P<a>\d{1,4}(?:\.\d{1,3})?)[ -]?(?P<unit>min|mins|minutes?|h|hours?|hrs?)"),
    ("minutes", r"(?P<word>half[ -]an[ -]hour|half[ -]hour|an hour)"),
    ("washout", r"wash-?out(?: of)? (?P<a>\d{1,4}) (?P<unit>days?|weeks?)"),
    ("washout", r"(?P<a>\d{1,4})[ -](?P<unit>days?|weeks?)(?: of)? wash-?out"),
    ("rate", r"(?P<word>once|twice|thrice) (?:a |per |each |every )?week(?:ly)?"),
    ("rate", r"(?P<a>\d{1,2}) ?(?:x|times|sessions?|visits?)? ?(?:a|per|each|every|/) ?week"),
    ("rate", r"(?P<a>\d{1,2}) ?(?:x|times) weekly"),
    ("every", r"every (?:(?P<a>other|second|third|\d{1,3})(?:st|nd|rd|th)? )?(?P<unit>days?|weeks?|months?)"),
    ("every", r"(?P<word>daily|weekly|fortnightly|monthly|once a day|once a month)"),
    ("length", r"(?:for|over|during) (?P<a>\d{1,3}) (?P<unit>days?|weeks?|months?)"),
    ("length", r"(?P<a>\d{1,3})[ -](?P<unit>days?|weeks?|months?)"),
    ("sessions", r"(?:x|×) ?(?P<a>\d{1,4})"),
    ("sessions", r"(?P<a>\d{1,4}) ?(?:x|×|sessions?|times|visits?|massages|treatments)"),
    ("sessions", r"(?P<a>\d{1,4})(?= (?:daily|weekly|fortnightly|monthly))"),
    ("sessions", r"(?P<word>single|once)"),
    ("n", rf"n ?=? ?(?P<a>\d{{1,7}})(?: {_WHO}(?:per|in each|in every|an|each) (?:arm|group))?"),
    ("n", rf"(?P<a>\d{{1,7}}) {_WHO}(?:(?:per|in each|in every|an|each) (?:arm|group)|each)"),
    ("all", rf"(?P<a>\d{{1,7}}) {_WHO}(?:in all|in total|altogether)"),
    ("time", r"at (?P<a>\d{1,2}:\d\d)"),
    ("time", r"at (?P<a>\d{1,2}) ?(?P<unit>am|pm)"),
    ("layout", r"(?P<word>cross-?over|cross over|parallel)"),
    ("vs", r"(?:vs\.?|versus|against|compared (?:with|to)|in comparison (?:with|to))"),
    ("on", r"(?:on|measuring|measured by|outcomes?|looking at)"),
    ("who", r"(?:in|among|amongst|for|with|of)"),
    ("stop", r"[,;]"),
)
_ENDS = r"(?![a-z0-9])"
_PATTERNS = tuple((name, re.compile(rule if name == "stop" else rule + _ENDS)) for name, rule in _RULES)
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*|\S")
_AFTER_COMMA = {"people": "outcome", "comparator": "listed"}
_HANDS = ("technique", "pressure", "region", "minutes")
_DAYS = {"d": 1, "w": 7, "m": 28}
_ORDINAL = {"other": 2, "second": 2, "third": 3}


@dataclass(frozen=True)
class Understood:
    """What a sentence was understood as: the ``design``, and what was assumed or left out, in words."""

    design: Design
    notes: tuple[str, ...]


def read_sentence(text: str) -> Design:
    """The design that a sentence tells. Raises ``ProtocolError`` with every finding, each unknown word among them.

    First the massage (minutes, technique, pressure, region, how often), after ``vs`` what it is compared with, after
    ``in`` the people, after a comma or ``on`` the outcomes; further ``n 40`` or ``40 per arm``, ``at 16:00``,
    ``crossover`` and ``washout 14 days``. Not said: 60 min, swedish, its own pressure, the back, one session; several
    sessions are a week apart; 14:00; parallel arms; n to be planned; people as in the ledger. Several sessions a week
    are evenly spaced in whole days, so twice a week is every 4 days. A month is 28 days. Without
    ``vs`` there is one arm.
    """
    return understood(text).design


def understood(text: str) -> Understood:
    """As ``read_sentence``, with what has to be told about it: defaults, a missing control, what was not asked."""
    return _Listener(text).understood()


@cache
def _lexicon(section: str) -> Mapping[str, tuple[str, Any]]:
    """Phrase -> what it says, in a section of the sentence, which decides where a phrase could say two things."""
    known = catalogue()
    hands: dict[str, tuple[str, Any]] = {name: ("technique", name) for name in known.techniques}
    hands |= {name: ("pressure", name) for name in known.pressures if name != "touch"}
    hands |= {f"{name} pressure": ("pressure", name) for name in known.pressures}
    hands |= {name: ("region", name) for name in known.regions}
    hands |= {alias: hands[name] for alias, name in ALIASES.items()}
    measured = {word: ("outcome", word) for word in outcome_words()}
    against = {word: ("kind", kind) for kind, words in COMPARATORS.items() for word in words}
    who = {word: ("people", name) for name, words in PEOPLE.items() for word in words}
    unsure = {word: ("unsure", word) for word in who if word.endswith("pain") and word != "pain"}
    if section == "people":
        return measured | hands | against | who
    if section in ("comparator", "listed"):
        return who | measured | unsure | hands | against | {"massage": ("kind", "massage")}
    if section == "outcome":
        aches = dict.fromkeys(unsure, ("outcome", "pain"))
        return against | hands | who | measured | aches
    return against | who | measured | unsure | hands


@dataclass
class _Listener:
    """Goes through a sentence once, from left to right."""

    text: str
    section: str = "treatment"
    said: dict[str, Any] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)
    open: bool = False
    people: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unasked: dict[str, str] = field(default_factory=dict)

    def understood(self) -> Understood:
        if not self.text.strip() or len(self.text) > LONGEST:
            what = "nothing is said" if not self.text.strip() else f"{len(self.text)} characters"
            fix = "Say it as '60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS'."
            raise ProtocolError(Finding("sentence", what, fix))
        self._listen(tidy(self.text))
        design = self._design()
        if self.found or design is None:
            raise ProtocolError(self.found)
        return Understood(design, tuple(dict.fromkeys(self.notes)))

    def _listen(self, text: str) -> None:
        words = rf"\b({'|'.join(_NUMBERS)})\b"
        rest = re.sub(words, lambda match: str(1 + _NUMBERS.index(match[1])), text)
        while rest := rest.lstrip():
            rest = rest[self._next(rest) :]

    def _next(self, rest: str) -> int:
        """Take in the beginning of ``rest``; the number of characters that were taken."""
        phrase = self._phrase(rest, self.section)
        for name, pattern in _PATTERNS:
            match = pattern.match(rest)
            if match and len(match[0]) >= len(phrase):
                self._amount(name, match, rest[match.end() :].lstrip())
                return match.end()
        if phrase:
            self._says(*_lexicon(self.section)[phrase], phrase)
            return len(phrase)
        word = (_WORD.match(rest) or [rest[:1]])[0]
        if word == "and":
            self.open = False
        elif word not in SMALL:
            self._unknown(word)
        return len(word)

    def _phrase(self, rest: str, section: str) -> str:
        """The longest known phrase that ``rest`` begins with, or nothing."""
        fits = [word for word in _lexicon(section) if rest.startswith(word)]
        return max((word for word in fits if not re.match(r"[a-z0-9-]", rest[len(word) :])), key=len, default="")

    def _unknown(self, word: str) -> None:
        where = f"sentence, '{short(word)}'"
        if re.fullmatch(r"\d+", word):
            self._note(where, "a number of what", "Say '60 min', 'x 6', '40 per arm' or 'at 16:00'.")
            return
        known = {part for phrase in _every_phrase() for part in (phrase, *phrase.split())}
        known = {part for part in known | SMALL if len(part) > 2}
        close = difflib.get_close_matches(word[:60], sorted(known), n=1, cutoff=0.7)
        fix = f"Did you mean '{close[0]}'?" if close else "Leave it out, or write the design as YAML."
        self._note(where, "is not understood", fix)

    def _note(self, where: str, what: str, fix: str) -> None:
        finding = Finding(where, what, fix)
        if finding not in self.found:
            self.found.append(finding)

    def _amount(self, name: str, match: re.Match[str], rest: str) -> None:
        """A marker of a section, or a number with its unit."""
        if name == "vs":
            self.section, self.open = "comparator", False
        elif name == "on":
            self.section = "outcome"
        elif name == "stop":
            self.section, self.open = _AFTER_COMMA.get(self.section, self.section), False
        elif name == "who":
            ahead = re.sub(r"^(?:a|the|adults? with|people with) ", "", rest)
            says, _ = _lexicon("people").get(self._phrase(ahead, "people"), ("", ""))
            if match[0] in ("in", "among", "amongst") or says == "people":
                self.section = "people"
        elif name == "minutes":
            self._minutes(match)
        else:
            try:
                self._set(name, _value(name, match), match[0])
            except ProtocolError as fault:
                for finding in fault.findings:
                    self._note(f"sentence, '{match[0]}'", finding.what, finding.fix)

    def _minutes(self, match: re.Match[str]) -> None:
        told = match.groupdict()
        size = 60.0 if (told.get("unit") or "h").startswith("h") else 1.0
        minutes = size * float(told.get("a") or (1 if told.get("word") == "an hour" else 0.5))
        if self.section == "comparator" and (not self.open or "minutes" in self.said):
            self._describe("minutes", minutes, match[0])
        else:
            self._set("minutes", minutes, match[0])

    def _set(self, name: str, value: Any, phrase: str) -> None:
        if self.said.setdefault(name, value) != value:
            self._note(f"sentence, '{phrase}'", f"says {_FIELD.get(name, name)} a second time", "Say it once.")

    def _says(self, name: str, value: Any, phrase: str) -> None:
        if name == "outcome":
            row = outcome_words()[value]
            self.outcomes += [row] if row not in self.outcomes else []
            if value in row.unasked:
                self.unasked[value] = row.unasked[value]
        elif name == "people":
            self.people.append(value)
        elif name == "unsure":
            fix = f"Say 'in adults with {phrase}' for the people, or 'pain' for what is measured."
            self._note(f"sentence, '{phrase}'", "may be the people, or what is measured", fix)
        elif self.section == "listed" and name != "kind":
            what = "stands after a comparison, so it may belong to any arm"
            self._note(f"sentence, '{phrase}'", what, "Say it before 'vs', or as an arm of its own after 'and'.")
        elif self.section in ("comparator", "listed"):
            self._describe(name, value, phrase)
        elif name == "kind":
            self._note(f"sentence, '{phrase}'", "is a comparison, and no 'vs' is before it", f"Say 'vs {phrase}'.")
        elif name == "region" and name in self.said:
            self.said[name] += f" and {value}"
        else:
            self._set(name, value, phrase)

    def _describe(self, name: str, value: Any, phrase: str) -> None:
        """Something of a comparator: of the one that is open, or of a new one."""
        latest = self.others[-1] if self.others and self.open else {}
        if name == "kind" and value == "massage" and latest.keys() & {"kind", *_HANDS[:3]}:
            return  # the word 'massage' after its technique
        if not self.open or (name == "kind" and name in latest):
            self.others.append(latest := {})
            self.open = True
        if name == "region" and name in latest:
            value = f"{latest[name]} and {value}"
        elif latest.get(name, value) != value:
            self._note(f"sentence, '{phrase}'", f"says {name} a second time", "Say it once, or put 'and' before it.")
        latest[name] = value

    def _design(self) -> Design | None:
        heard = bool(self.found)
        if not self.outcomes and not heard:
            self._note("sentence", "nothing is measured", "Say what is, such as ', cortisol and PSS' at the end.")
        if self.section in ("comparator", "listed") and not self.others and not heard:
            self._note("sentence", "nothing is said after 'vs'", "Say what it is compared with, such as 'quiet rest'.")
        course = self._course()
        try:
            return Design(
                title=" ".join(self.text.split()),
                arms=self._arms(),
                outcomes=tuple(Measure(outcome=row.outcome, instrument=row.instrument) for row in self.outcomes),
                people=settings_of(self.people),
                **course,
            )
        except ProtocolError as refused:
            told = heard or bool(self.found)
            self.found += [fault for fault in refused.findings if not (told and fault.where in ("outcomes", "arms"))]
        return None

    def _arms(self) -> tuple[Arm, ...]:
        told: dict[str, Any] = {name: self.said[name] for name in _HANDS if name in self.said}
        arms = [Arm(name="light touch" if told.get("technique") == "light touch" else "massage", **_touch(told))]
        for other in self.others:
            kind = other.get("kind", "massage")
            if other.keys() == {"minutes"}:
                self._note("sentence", "minutes of what, after 'vs'", "Say it, such as '60 min quiet rest'.")
            elif kind == "massage":
                own = {"technique": told.get("technique", "")} if "technique" not in other else {}
                both = told | {name: value for name, value in (own | other).items() if value and name != "kind"}
                if "technique" in other and "pressure" not in other:
                    both.pop("pressure", None)
                arms.append(Arm(name=_named(other), **_touch(both)))
            else:
                both = {name: value for name, value in (told | other).items() if name in ("minutes", "region")}
                arms.append(Arm(name=kind, kind=kind, **both))
        self._tell(arms)
        return tuple(arms)

    def _tell(self, arms: list[Arm]) -> None:
        if len(arms) == 1:
            self.notes.append("no comparator is said: one arm, whose change is not the effect of the massage")
        assumed = {"minutes": f"{arms[0].minutes:g} min", "technique": arms[0].technique, "region": arms[0].region}
        assumed["time"] = f"at {time_of_day(Design.model_fields['time'].default)}"
        if usual := [words for name, words in assumed.items() if name not in self.said]:
            self.notes.append(f"not said and assumed: {', '.join(usual)}")
        for word, other in self.unasked.items():
            read, missing = outcome_words()[word], outcome_words()[other]
            if missing not in self.outcomes:
                what = f"'{word}' is read as {read.outcome}; {missing.outcome} was not asked"
                self.notes.append(f"{what}: add '{other}' for it")
        self.notes += [row.warning for row in self.outcomes if row.warning]
        if len(arms) > 2:
            self.notes.append(f"the first comparison is with {arms[1].name}")
        if any(arm.kind in NO_VISIT for arm in arms):
            self.notes.append("an arm without visits differs from massage by the visit too, not by the hands alone")

    def _course(self) -> dict[str, Any]:
        """Sessions, days apart and whatever else was said of the whole trial."""
        said = self.said
        course: dict[str, Any] = {name: said[name] for name in ("n", "time", "layout", "washout") if name in said}
        if "all" in said:
            arms = 1 if said.get("layout") == "crossover" else 1 + len(self.others)
            if said["all"] % arms or said.get("n", said["all"] // arms) != said["all"] // arms:
                what = f"{said['all']} people in all do not make {arms} equal arms"
                self._note("sentence", what, "Say '40 per arm'.")
            course["n"] = said["all"] // arms
        rate, every = said.get("rate"), said.get("every")
        if rate and every:
            self._note("sentence", "how often is said twice", "Say 'twice a week' or 'every 4 days'.")
        apart = max(1, round(7 / rate)) if rate else every or 7
        count = said.get("sessions")
        if "length" in said:
            told = round(said["length"] / 7 * rate) if rate else said["length"] // apart
            if not told or count not in (None, told):
                what = f"{said['length']} days hold {told} sessions so far apart" + (f", not {count}" if count else "")
                self._note("sentence", what, "Say how often, and either 'x 6' or 'for 6 weeks'.")
            count = max(1, told)
        if (rate or every) and count is None:
            self._note("sentence", "how often, but not how many sessions", "Add 'x 6' or 'for 6 weeks'.")
        if rate and 7 % rate:
            self.notes.append(f"{rate} times a week is every {apart} days here")
        return course | {"sessions": count or 1, "every": apart if (count or 1) > 1 else 7}


_FIELD = {"rate": "how often", "every": "how often", "length": "how long", "all": "how many people", "n": "n"}


def _value(name: str, match: re.Match[str]) -> Any:
    """The number that a rule's match says, in the unit of the design's field."""
    told = match.groupdict()
    number, unit, word = told.get("a") or "", told.get("unit") or "", told.get("word") or ""
    if name in ("rate", "every", "length", "sessions") and number.isdigit() and not int(number):
        raise ProtocolError(Finding("", "none cannot be", "Give 1 or more."))
    if name == "layout":
        return "parallel" if word == "parallel" else "crossover"
    if name == "time":
        if not unit:
            return clock(number)
        if not 1 <= int(number) <= 12:
            raise ProtocolError(Finding("", f"there is no {number} {unit}", "Write it as 'at 16:00'."))
        return clock(f"{int(number) % 12 + (12 if unit == 'pm' else 0)}:00")
    if name == "every":
        if word:
            return {"daily": 1, "once a day": 1, "weekly": 7, "fortnightly": 14}.get(word, 28)
        return (_ORDINAL.get(number) or int(number or 1)) * _DAYS[unit[0]]
    if word:
        return _TIMES.get(word, 1)
    if name == "rate" and int(number) > 7:
        raise ProtocolError(Finding("", "more than one session a day", "Give each day one, as 'daily'."))
    return int(number) * (_DAYS[unit[0]] if unit else 1)


def _touch(told: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an arm with hands; light touch is a kind of its own."""
    if told.get("technique") != "light touch":
        return dict(told)
    return {name: value for name, value in told.items() if name != "technique"} | {"kind": "light touch"}


def _named(other: Mapping[str, Any]) -> str:
    says = {"technique": "{}", "pressure": "{} pressure", "region": "{}", "minutes": "{:g} min"}
    return ", ".join(form.format(other[name]) for name, form in says.items() if name in other) or "massage"


@cache
def _every_phrase() -> tuple[str, ...]:
    more = "versus weekly daily fortnightly crossover measuring minutes single twice week month"
    lists = (_lexicon(section) for section in ("treatment", "listed", "people", "outcome"))
    return (*dict.fromkeys(phrase for words in lists for phrase in words), *re.findall(r"\S+", more))
