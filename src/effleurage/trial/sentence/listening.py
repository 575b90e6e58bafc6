"""Goes through the words of a sentence about a trial, from left to right, and keeps what each of them says.

Nothing is decided here that needs the whole sentence: ``heard.py`` does that. What cannot be meant is a finding.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from effleurage.errors import ProtocolError
from effleurage.protocol.times import time_of_day
from effleurage.trial.design.endpoints import endpoint_words
from effleurage.trial.sentence.amounts import value_of
from effleurage.trial.sentence.ear import COMPARED, WHICH, Ear, Unknown
from effleurage.trial.sentence.negation import taken_back
from effleurage.trial.sentence.rules import REFUSED, patterns, person_ahead, refused
from effleurage.trial.sentence.vocabulary import lexicon, person, silent, words

SUCH_AS = "Say what it is compared with, such as 'quiet rest'."
_WORD = re.compile(r"\d+(?:[.,:]\d+)*%?|[^\W_]+(?:[-'’][^\W_]+)*|\S")
_AFTER_COMMA = {"people": "outcome", "comparator": "listed"}


class Listener(Ear):
    """Hears the words of a sentence once, from left to right."""

    def listen(self) -> None:
        """Hear the whole sentence."""
        while (rest := self.text[self.at :].lstrip()) and rest:
            self.at = len(self.text) - len(rest)
            self.at += self._next(rest)
        self._settle()

    def _next(self, rest: str) -> int:
        """Take in the beginning of ``rest``; the number of characters that were taken."""
        phrase = self.phrase(rest, self.section)
        for name, pattern in patterns():
            match = pattern.match(rest)
            if match and len(match[0]) >= len(phrase):
                return match.end() + self._amount(name, match, rest[match.end() :])
        if phrase:
            self._says(*lexicon(self.section)[phrase], phrase)
            return len(phrase)
        match = _WORD.match(rest)
        word = match[0] if match else rest[:1]
        self._word(word)
        return len(word)

    def _word(self, word: str) -> None:
        """A word that says nothing by itself, or one that is not understood."""
        if word == "and":
            self.settle_control()
            self.open = False
        elif word in words("control"):
            latest = self.others[-1] if self.others and self.open else {}
            if "kind" not in latest:
                self.unnamed = word
        elif word in words("verbs"):
            self.here.append("verb")
        elif word in words("persons"):
            self.here.append("person")
        elif word in words("unsimulated"):
            self.here.append("person")
            self.notes.append(f"'{word}': nothing of it is simulated; the people are adults as in the ledger")
        elif not silent(word):
            self.here.append("unknown")
            self.unknown.append(Unknown(self.at, word, self.section))

    def _amount(self, name: str, match: re.Match[str], rest: str) -> int:
        """A marker of a section, or a number with its unit; how much of ``rest`` it takes besides itself."""
        if name == "stop":
            self.section, self.open = _AFTER_COMMA.get(self.section, self.section), False
            self.here, self.chunk = [], []
            self.commas += 1
        elif name in ("vs", "on", "who"):
            self._marker(name, match[0], rest)
        elif name == "not":
            return taken_back(self, match[0], rest)
        elif name in ("time", "part"):
            self._time(name, match, rest)
        elif name == "sitting":
            self.here.append(name)
        elif name == "ache":
            self._says(*lexicon(self.section)["back pain"], match[0])
        elif name == "free":
            self.absent[str(person(match["word"]))] = match[0]
        elif name == "weekday":
            self.weekdays.append(match[0])
        elif name in REFUSED:
            self.note(*refused(name, match))
            if name == "a day":
                self.said.setdefault("often", Fraction(1))
        elif name != "filler":
            self._number(name, match)
        return 0

    def _marker(self, name: str, phrase: str, rest: str) -> None:
        """``vs``, ``on`` or a word such as ``in`` and ``for``: what comes next may be of another section."""
        meant = self.phrase(re.sub(r"^ *(?:(?:a|an|the|adults? with|people with) )*", "", rest), "people")
        condition = person(meant) is not None
        if name == "vs" and not (phrase == "against" and (condition or meant in endpoint_words())):
            if self.section in COMPARED:
                self.settle_control()
            if self.unnamed and self.unnamed not in words("control"):
                self.note(self.unnamed, "nothing is said after 'vs'", SUCH_AS)
            self.section, self.open, self.unnamed, self.here = "comparator", False, phrase, []
        elif name == "on" and not (self.section in COMPARED and lexicon("listed").get(meant, ("",))[0] == "kind"):
            self.section = "outcome"
        elif phrase in ("in", "among", "amongst") or re.match(rf" *(?:\d+ )?{person_ahead()}", rest):
            self.section = "people"
            if re.match(rf" *(?:a total of )?\d{{1,7}} {person_ahead()}", rest):
                self.said.setdefault("counted", True)
        elif condition and (self.about_people or meant not in endpoint_words()):
            self.section = "people"
        elif condition:
            fix = f"Say 'in adults with {meant}' for the people, or leave '{phrase} {meant}' out as a whole."
            self.note(f"{phrase} {meant}", "may be the people, or what the massage is for", fix)
            self.here.append("purpose")

    def _time(self, name: str, match: re.Match[str], rest: str) -> None:
        """An hour: of the sessions, or of the measurements where it stands after an outcome."""
        phrase, part = match[0], match.groupdict().get("word") or ""
        try:
            minutes = float(value_of(name, match))
        except ProtocolError as fault:
            for finding in fault.findings:
                self.note(phrase, finding.what, finding.fix)
            return
        ahead = self.phrase(rest.lstrip(), "outcome") if part else ""
        measured = (bool(self.chunk) or ahead in endpoint_words()) and "sitting" not in self.here
        if measured and part:
            word = ahead or self.chunk[-1].word
            fix = f"Say '{word} at {time_of_day(minutes)}', or 'sessions at {time_of_day(minutes)}'."
            self.note(phrase, "may be the hour of the sessions, or of the measurements", fix)
        elif measured:
            for row in self.chunk:
                if self.hours.setdefault(row.outcome + row.instrument, minutes) != minutes:
                    self.note(phrase, f"says a second hour for {row.outcome}", "Say one hour for an outcome.")
        elif (self.outcomes or self.section == "outcome") and not part and "sitting" not in self.here:
            fix = f"Say 'sessions at {time_of_day(minutes)}', or the hour right after an outcome: 'cortisol at 08:00'."
            self.note(phrase, "may be the hour of the sessions, or of the measurements", fix)
        else:
            self.keep("time", minutes, phrase)
            if part:
                self.notes.append(f"'{part}' is taken as {time_of_day(minutes)} for the sessions (assumed)")

    def _number(self, name: str, match: re.Match[str]) -> None:
        phrase = match[0]
        try:
            value = value_of(name, match)
        except ProtocolError as fault:
            for finding in fault.findings:
                self.note(phrase, finding.what, finding.fix)
            return
        if name in ("minutes", "length") and self.chunk:
            what = "stands after an outcome, so it may be when that is measured"
            line = f"{'minutes after' if name == 'minutes' else 'after'}: {value:g}"
            fix = f"Say the sessions before 'vs'. When an outcome is measured, a design file says ('{line}')."
            self.note(phrase, what, fix)
            return
        if name == "minutes" and self.section == "comparator":
            self._minutes(float(value), phrase)
        elif name == "age":
            self.here.append("person")
            self.keep("age", value, phrase)
        elif name == "older":
            self.here.append("person")
            self.people["older"] = phrase
        elif name == "alone" and self.section in COMPARED:
            self.note(phrase, "does not say which control", WHICH)
            self.unnamed = ""
        elif name == "in arms":
            self.keep("people", value, phrase)
            self.keep("an arm", True, phrase)
        elif name == "share":
            share, size = value
            self.keep(share, size, phrase)
        elif name == "those a week":
            self._those_a_week(phrase)
        elif name == "about":
            self.notes.append(f"'{phrase}' is read as exactly that number")
        else:
            self.keep(
                {"rate": "often", "every": "often", "a month": "often", "in all": "an arm"}.get(name, name),
                value,
                phrase,
            )

    def _those_a_week(self, phrase: str) -> None:
        """``2 x 30 min a week``: the sessions that were said are those of a week."""
        if "sessions" in self.said and "often" not in self.said and self.commas == 0:
            count = self.said.pop("sessions")
            try:
                self.keep("often", value_of("rate", re.match(r"(?P<a>\d+)", str(count))), phrase)
            except ProtocolError as fault:
                self.note(f"{count} {phrase}", fault.findings[0].what, fault.findings[0].fix)
        else:
            self.keep("often", value_of("rate", re.match(r"(?P<a>\d+)", "1")), phrase)

    def _minutes(self, minutes: float, phrase: str) -> None:
        if not self.open or "minutes" in self.said:
            self.describe("minutes", minutes, phrase)
        else:
            self.keep("minutes", minutes, phrase)
            self.notes.append(f"'{phrase}' is taken for every arm; for one of them say it before 'vs' too")

    def _says(self, name: str, value: Any, phrase: str) -> None:
        if name == "outcome":
            self._outcome(value, phrase)
        elif name == "people":
            self.here.append("person")
            self.people.setdefault(value, phrase)
        elif name == "unsure":
            measure = words("conditions").get(value, "pain")
            fix = f"Say 'in adults with {phrase}' for the people, or '{measure}' for what is measured."
            self.note(phrase, "may be the people, or what is measured", fix)
        elif self.section == "people":
            fix = "Say what is done before 'vs'; of the people, say what they are, such as 'healthy adults'."
            self.note(phrase, "stands among the people, and says what is done", fix)
        elif self.section == "listed" and name != "kind":
            what = "stands after a comparison, so it may belong to any arm"
            self.note(phrase, what, "Say it before 'vs', or as an arm of its own after 'and'.")
        elif self.section in COMPARED:
            self.describe(name, value, phrase)
        elif name == "kind":
            self._misplaced(phrase)
        elif name == "region" and name in self.said:
            self.said[name] += f" and {value}"
        else:
            self.keep(name, value, phrase)

    def _misplaced(self, phrase: str) -> None:
        """A comparison before ``vs``, or after the outcomes."""
        if self.text[: self.at].rstrip().endswith("with"):
            what = "is told of the massage, and only the hands, minutes and hours of a massage are simulated"
            self.note(
                f"with {phrase}", what, f"Leave 'with {phrase}' out, or say 'vs {phrase}' if it is the comparison."
            )
            return
        self.note(phrase, "is a comparison, and no 'vs' is before it", f"Say the massage first: 'massage vs {phrase}'.")

    def _outcome(self, value: str, phrase: str) -> None:
        row = endpoint_words()[value]
        if self.section == "treatment" and person(value) is not None and not self.commas and "verb" not in self.here:
            if "purpose" not in self.here:
                fix = f"Say 'in adults with {phrase}' for the people, or ', {phrase}' at the end for what is measured."
                self.note(phrase, "may be the people, what the massage is for, or what is measured", fix)
            return
        self.outcomes += [row] if row not in self.outcomes else []
        self.chunk.append(row)
        self.here.append("outcome")
        if value in row.unasked:
            self.unasked[value] = row.unasked[value]

    def _settle(self) -> None:
        """What only the end of the sentence shows."""
        if self.unnamed in words("control") and self.others and self.section not in COMPARED:
            self.unnamed = ""
        self.settle_control()
        if self.unnamed:
            self.note(self.unnamed, "nothing is said after 'vs'", SUCH_AS)
        if self.weekdays:
            count = len({day[:3] for day in self.weekdays})
            told = {1: "weekly", 2: "twice a week"}.get(count, f"{count} times a week")
            self.note(" ".join(self.weekdays), "a trial has no days of the week", f"Say '{told}' in their place.")
