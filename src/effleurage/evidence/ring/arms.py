"""A published result as something to carry out: the massage arm, its control, the people, and two looks at them.

What a source does not say is supplied by ``massage/silent.toml``, by rule and for every result alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import sqrt

from effleurage.errors import Finding, ProtocolError
from effleurage.evidence.published.eligibility import Question
from effleurage.evidence.published.ledger import UNSPECIFIED, Ledger
from effleurage.evidence.published.results import Result, Study
from effleurage.evidence.published.silent import silent as silent
from effleurage.lab.instruments.instruments import longest_window
from effleurage.protocol.model import Protocol
from effleurage.protocol.phrases import read_stimulus
from effleurage.protocol.times import DAY, When
from effleurage.protocol.visits import Dose, Strokes, Visit

FIRST_DAY = 1
"""Midnights before the day of the first session: one ordinary day has passed."""
NIGHT = ("total_sleep", "sleep_efficiency", "sleep_latency", "waso")
"""Quantities of the night that has passed."""


@dataclass(frozen=True)
class Arms:
    """Both arms of a question. ``before`` and ``after``: minutes since midnight of day 1 at which people are measured.

    ``n_massage`` and ``n_control`` persons; ``paired``: the same persons in both.
    """

    question: Question
    massage: Protocol
    control: Protocol
    before: float
    after: float
    n_massage: int
    n_control: int
    paired: bool

    @property
    def error(self) -> float:
        """Standard error of a standardised difference between the arms."""
        return sqrt(1 / self.n_massage + 1 / self.n_control)

    @property
    def df(self) -> int:
        """Degrees of freedom of the comparison: of pairs, or of ANCOVA with one covariate."""
        return self.n_massage - 1 if self.paired else max(1, self.n_massage + self.n_control - 3)


def arms_of(question: Question, book: Ledger) -> Arms:
    """The two arms of a question. Raises ``ProtocolError`` where they cannot be carried out."""
    result, study, usual = question.result, book.study_of(question.result), silent().arm
    sessions, every = _course(result)
    start = FIRST_DAY * DAY + (usual.evening if question.quantity in NIGHT else usual.hour)
    minutes = result.minutes or _middle(result.dose_words, r"([\d.]+)-([\d.]+) min") or usual.minutes
    when = When(start=start, times=sessions, every=every)
    last = when.starts[-1]
    visit = Visit(when=when, minutes=minutes, strokes=_strokes(result, book))
    doses = [
        Dose(
            kind=entry.dose.kind,
            strength=entry.dose.strength,
            minutes=entry.dose.minutes,
            when=When(start=start - entry.dose.minutes, times=sessions, every=every),
        )
        for entry in silent().before
        if any(word in study.design_words for word in entry.words)
    ]
    doses += _provoking(question, when, minutes)
    if question.quantity == "antibody":
        doses.append(Dose(kind="vaccine", when=When(start=start - 120), minutes=1))
    before = min([start - visit.arrival, *(dose.when.start for dose in doses)]) - longest_window()
    if question.quantity in NIGHT:
        before = FIRST_DAY * DAY + usual.morning
    done = max([last + minutes, *(stop for dose in doses for _, stop in dose.spans())])
    after = _after(question, last, minutes, sessions, done)
    protocol = Protocol(
        title=f"{result.study}: {result.arm}",
        days=int(max(after, done) // DAY) + 1,
        timeline=(visit, *doses),
        people=_people(study.population, result.group),
    ).only_at((before, after))
    massage, control = _sizes(result, study)
    kind = str(book.comparators[result.comparator]["protocol"])
    return Arms(question, protocol, _control(protocol, kind), before, after, massage, control, study.same_people)


def _course(result: Result) -> tuple[int, int]:
    """Sessions, and days from one to the next."""
    usual = silent().arm
    told: float | None = result.sessions
    weeks = result.weeks
    rate = re.search(r"(\d+) per week", result.dose_words)
    daily = re.search(r"(\d+) per day", result.dose_words)
    per_week = float(rate[1]) if rate else 7.0 if daily else usual.per_week
    if told is None and weeks is None and result.occasion in ("acute", "unclear"):
        return 1, 1
    if told is None:
        weeks = weeks or usual.weeks
        told = weeks * per_week
    if weeks is None:
        every = 1 if result.occasion == "acute" else max(1, round(7 / per_week))
    else:
        every = max(1, round(7 * weeks / told))
    return max(1, round(told)), every


def _after(question: Question, last: float, minutes: float, sessions: int, done: float) -> float:
    """The minute of the second measurement; ``done``: when the last session and all that provokes are over."""
    result, usual = question.result, silent().arm
    end, later = last + minutes, result.minutes_after
    if question.quantity in NIGHT:
        return last - last % DAY + DAY + usual.morning
    if question.quantity == "antibody":
        return FIRST_DAY * DAY + usual.hour + usual.vaccine
    if later is not None:
        return end + later
    span = _middle(result.timepoint_words, r"(\d+)-(\d+) min")
    if span is not None and result.occasion == "acute":
        return end + span
    if "during" in result.timepoint_words and result.occasion == "acute":
        return last + minutes / 2
    if result.occasion == "acute" or sessions == 1:
        return done + usual.after
    return end + usual.next_day


def _provoking(question: Question, when: When, minutes: float) -> list[Dose]:
    """What provokes both arms, in every session: it ends as the session begins, or begins some minutes after it."""
    later = question.stressor_after
    if not question.stressor and later is None:
        return []
    try:
        if not question.stressor:
            raise ProtocolError(Finding("stressor_after", "of no stressor", "Name it under 'stressor'."))
        told = read_stimulus(when, None, question.stressor)
        if isinstance(told, Visit):
            raise ProtocolError(Finding("", "a visit provokes nobody", "Say a stressor, such as 'trier, 20 min'."))
    except ProtocolError as refused:
        raise ProtocolError([replace(one, where="stressor") for one in refused.findings]) from None
    begins = when.start - told.minutes if later is None else when.start + minutes + later
    return [told.model_copy(update={"when": when.model_copy(update={"start": begins})})]


def _strokes(result: Result, book: Ledger) -> Strokes:
    technique = str(book.techniques[result.technique]["protocol"])
    said = "" if result.pressure_inferred or result.pressure == UNSPECIFIED else result.pressure
    region = str(silent().arm.region) if result.region in (UNSPECIFIED, "none", "") else result.region
    if region == "limb":
        region = "arm"
    return Strokes(technique=technique, pressure=said, region=region)


def _control(protocol: Protocol, kind: str) -> Protocol:
    """The control world: ``rest``, ``nothing``, ``attention`` or ``light touch`` in place of the massage."""
    if kind == "nothing":
        return protocol.against("none")
    if kind == "light touch":
        lighter = tuple(
            entry.model_copy(update={"strokes": _light(entry.strokes)})
            if isinstance(entry, Visit) and entry.strokes
            else entry
            for entry in protocol.timeline
        )
        return protocol.model_copy(update={"timeline": lighter})
    resting = protocol.against("rest")
    if kind != "attention":
        return resting
    full = tuple(
        entry.model_copy(update={"attention": 1.0}) if isinstance(entry, Visit) else entry for entry in resting.timeline
    )
    return resting.model_copy(update={"timeline": full})


def _light(strokes: Strokes) -> Strokes:
    return Strokes(technique="light touch", region=strokes.region)


def _people(population: str, group: str) -> dict[str, float]:
    words = f"{population} {group}"
    settings: dict[str, float] = {}
    for entry in silent().people:
        if any(word in words for word in entry.words):
            settings |= entry.settings
    return settings


def _sizes(result: Result, study: Study) -> tuple[int, int]:
    """Persons in the massage arm and in the control's."""
    same = study.design != "parallel"
    every = result.n or study.n
    usual = every / (1 if same else 2) if every else float(silent().arm.people)
    own = usual if result.n_arm is None else result.n_arm
    other = result.n_comparator if result.n_comparator is not None else own if same else usual
    return max(2, int(own)), max(2, int(other))


def _middle(text: str, shape: str) -> float | None:
    found = re.search(shape, text)
    return (float(found[1]) + float(found[2])) / 2 if found else None
