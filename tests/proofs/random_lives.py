"""Whatever is done to whomever, a life is finite or named, and 99 % of its read-outs are in their stated range.

A thousand lives are drawn: people of every age, sex, strain, pain and poor sleep that may be asked for, each with a
spread of its own in everything else, through protocols of days that are legal because the program takes them: any kind
of the catalogue at any strength and length that it allows, at any hour, on top of each other, with any habits of sleep.
Others live two days with a stressor and a massage, each in a body of its own in which all that is uncertain is drawn.
Then each row of the ledger in turn is moved by four of its spreads either way, or to its bound where that is nearer, in
a person who is typical otherwise, on those days and in three days of the laboratory. A spread is that between persons;
where all are alike, it is how well the row is known. A person is named whose states do not stay finite, or who passes
the ends of a vital quantity; what is neither finite nor named, or outside its vital range without a name, fails. The
read-outs of who is named count like those of everybody else, and what is not finite counts as outside. At last bodies
that are broken on purpose are looked at in the same way, and must be found.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr
from proof import SEED, Figure, percent
from scipy.special import ndtr

from effleurage.arrays import Floats
from effleurage.body import CHALLENGES
from effleurage.body.ledger import Quantity
from effleurage.body.parameter import Parameter
from effleurage.engine.streams import normals
from effleurage.errors import ProtocolError
from effleurage.people.cohort import Cohort
from effleurage.people.life import SHARE, is_beyond_model
from effleurage.people.simulate import Worlds, challenges_of, program_of, readouts, resident_body
from effleurage.people.within import bounded, moved
from effleurage.protocol.model import Habits, Protocol
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import DAY, When
from effleurage.protocol.visits import Dose, Strokes, Visit

SOURCES = (
    "src/effleurage/body/*",
    "src/effleurage/engine/*.py",
    "src/effleurage/protocol/*",
    "src/effleurage/people/*.py",
)
PROTOCOLS, FEW = 50, 2
PEOPLE = 20
"""Lives of each protocol."""
HABITS = 10
"""Habits of sleep: people take longer to come to rest in each than to live through a protocol."""
LONGEST = 6
"""Days of a protocol, at most."""
QUARTER = 15
"""Minutes: people do things at quarters of an hour, so that few sizes of steps occur."""
TRIES = 20
"""How often another visit is drawn where one collides."""
SPREADS = 4.0
TOGETHER = 120
"""People of a run of rows."""
INSIDE = 0.99
LOST = 0.01
"""Share of people whose states may not be finite, though they are named."""
WORST = 10
"""Quantities that are shown, of those that were ever outside."""
SLACK = 1e-6
"""Share of its range by which a quantity may pass an end: what a step's error may do."""
STRESS = Dose(kind="stressor", when=When(start=10 * 60.0), minutes=15)
MASSAGE = Visit(when=When(start=18 * 60.0), minutes=60, strokes=Strokes(technique="swedish", region="back and neck"))
ORDINARY = Protocol(title="a stressor and a massage", days=2, timeline=(STRESS, MASSAGE), sample=("every 15 min",))


def laboratory() -> Protocol:
    """Days of the laboratory: every kind of stimulus that is no visit, one after the other, as it is usually given."""
    kinds = [name for name, kind in catalogue().kinds.items() if not kind.visit]
    starts = (When(start=DAY * place * 2 / len(kinds) // QUARTER * QUARTER) for place in range(len(kinds)))
    known = catalogue().kinds
    doses = [
        Dose(kind=name, when=when, minutes=min(30, known[name].longest.value), strength=usual(name))
        for name, when in zip(kinds, starts, strict=True)
    ]
    return Protocol(title="the laboratory", days=3, timeline=tuple(doses), sample=("every 15 min",))


def usual(name: str) -> float:
    """The strength that the catalogue gives a kind."""
    strength = catalogue().kinds[name].strength
    if strength is None:
        raise ValueError(f"{name} has no strength")
    return strength.value


@dataclass(frozen=True)
class Anybody(Cohort):
    """People with covariates anywhere in their bounds, as often here as there, and their own luck in all else."""

    def values(self, row: Parameter) -> Floats:
        """Every person's own value of a row (N,)."""
        if not row.covariate:
            return super().values(row)
        share: Floats = np.asarray(ndtr(normals(self.seed, f"anybody's {row.name}", self.persons)))
        return row.low + (row.high - row.low) * (np.round(share) if row.scale == "either" else share)


@dataclass(frozen=True)
class RowByRow(Cohort):
    """Typical people, each with one row moved: ``moves`` (N) are names, and by how many spreads."""

    moves: tuple[tuple[str, float], ...] = ()

    def values(self, row: Parameter) -> Floats:
        """Every person's own value of a row (N,)."""
        usual_ones = super().values(row)
        by = np.array([spreads if name == row.name else 0.0 for name, spreads in self.moves])
        return np.where(by != 0, bounded(row, moved(row, usual_ones, by * spread_of(row))), usual_ones)


def spread_of(row: Parameter) -> float:
    """What four of are far: the spread between persons, or that of what is known where all persons are alike."""
    if row.scale == "either":
        return row.high - row.low
    return row.between or row.uncertainty


@dataclass
class Tally:
    """What was seen of some lives."""

    lives: int = 0
    unnamed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    ends: dict[str, tuple[float, float]] = field(default_factory=dict)

    def look(self, world: xr.Dataset, ledger: Mapping[str, Quantity], who: Sequence[str]) -> None:
        """Count the people of a trajectory, whose names are ``who``, and their read-outs."""
        named = (world.status.values != "ok") | (world.beyond.values != "")
        silent = np.zeros(len(who), dtype=bool)
        for name, values in world.data_vars.items():
            row, own = ledger[str(name)], values.values
            slack = SLACK * (row.high - row.low)
            inside = (own >= row.low - slack) & (own <= row.high + slack)
            silent |= ~(inside if row.vital else np.isfinite(own)).all(axis=0)
            self.seen[str(name)] += own.size
            self.inside[str(name)] += int(inside.sum())
            least, most = self.ends.get(str(name), (np.inf, -np.inf))
            self.ends[str(name)] = float(np.nanmin([least, *own.flat])), float(np.nanmax([most, *own.flat]))
        self.lives += len(who)
        self.unnamed += [one for one, fault in zip(who, silent & ~named, strict=True) if fault]
        for one, status, where in zip(who, world.status.values, world.beyond.values, strict=True):
            self.lost += [f"{one}: {status}"] * (status != "ok")
            self.left += [f"{one}: {where}"] * (where != "")

    @property
    def share(self) -> float:
        """The share of all read-outs that are in their range."""
        return self.inside.total() / max(1, self.seen.total())

    def share_of(self, name: str) -> float:
        """The share of one quantity."""
        return self.inside[name] / self.seen[name]

    def figures(self, what: str, ledger: Mapping[str, Quantity], *, ordinary: bool = True) -> Iterator[Figure]:
        """What there is to tell; on ``ordinary`` days few people pass the limits of life."""
        yield Figure(f"{what}: neither finite nor named", first_of(self.unnamed), "nobody", not self.unnamed)
        lost, most = len(self.lost) / self.lives, f"at most {percent(LOST)}"
        yield Figure(f"{what}: not finite, and named", first_of(self.lost), most, lost <= LOST)
        told = f"{first_of(self.left)}{f' (by {counted(self.left)})' * bool(self.left)}"
        bound = f"at most {percent(SHARE)}" if ordinary else "all that are"
        holds = not (ordinary and is_beyond_model([(0, one) for one in self.left], self.lives))
        yield Figure(f"{what}: beyond the limits of life, and named", told, bound, holds)
        total = f"{100 * self.share:.3f} % of {self.seen.total():,}"
        yield Figure(f"{what}: read-outs in their range", total, f"at least {percent(INSIDE)}", self.share >= INSIDE)
        worst = sorted((name for name in self.seen if self.share_of(name) < 1), key=self.share_of)
        yield Figure(f"{what}: quantities ever outside", first_of(worst, WORST), "told, worst first", True)
        for name in worst[:WORST]:
            low, high = self.ends[name]
            row, share = ledger[name], self.share_of(name)
            found = f"{100 * share:.3f} %; {low:.3g} to {high:.3g}"
            wanted = f"at least {percent(INSIDE)} in {row.low:g} to {row.high:g}"
            yield Figure(f"{what}: {name}", found, wanted, share >= INSIDE)


def first_of(told: Sequence[str], most: int = 3) -> str:
    """How many, and the first few of them."""
    first = "; ".join(told[:most])
    return f"{len(told)}{f': {first}' * bool(told)}{'; …' * (len(told) > most)}"


def counted(left: Sequence[str]) -> str:
    """``systolic 8, heart_rate 2``: by which quantity people left, the commonest first."""
    by = Counter(one.rpartition(": ")[2].split()[0] for one in left)
    return ", ".join(f"{name} {many}" for name, many in by.most_common()) or "none"


def quarters(luck: random.Random, least: float, most: float) -> float:
    """Minutes of so many hours, at a quarter of an hour."""
    return QUARTER * luck.randint(int(least * 60) // QUARTER, int(most * 60) // QUARTER)


def habits(number: int) -> Habits:
    """Any night of 3 to 12 hours, in one of four at any hour of the day."""
    luck = random.Random(f"{SEED} habits {number}")
    late = luck.choice([quarters(luck, 0, 24), *[quarters(luck, 21, 26)] * 3])
    return Habits(lights_out=late % DAY, up=(late + quarters(luck, 3, 12)) % DAY)


class Luck:
    """Draws a protocol that the program takes, from all that it may be asked for."""

    def __init__(self, number: int) -> None:
        self._luck = random.Random(f"{SEED} {number}")
        self._days = self._luck.randint(2, LONGEST)
        self._habits = habits(number % HABITS)

    def protocol(self) -> Protocol:
        """A massage, where there is room for one, and up to ten stimuli of any kind, each once or on several days."""
        kinds = sorted(catalogue().kinds)
        timeline = self._entry(["massage"], [])
        for _ in range(self._luck.randint(0, 10)):
            timeline += self._entry(kinds, timeline)
        return self._with(timeline)

    def _with(self, timeline: Sequence[Visit | Dose]) -> Protocol:
        title, sample = f"{len(timeline)} stimuli", ("every 30 min",)
        return Protocol(title=title, days=self._days, timeline=tuple(timeline), habits=self._habits, sample=sample)

    def _entry(self, kinds: Sequence[str], timeline: Sequence[Visit | Dose]) -> list[Visit | Dose]:
        """One stimulus of some kinds that goes with those before it; none, where no visit was found that does."""
        for _ in range(TRIES):
            name = self._luck.choice(kinds)
            try:
                one = self._visit(name) if catalogue().kinds[name].visit else self._dose(name)
                self._with([*timeline, one])
            except ProtocolError:
                continue
            return [one]
        return []

    def _minutes(self, longest: float) -> float:
        """As often short as long, up to the longest or to the end."""
        most = min(longest, self._days * DAY / 2) // 5
        return 5 * float(round(most ** self._luck.random()))

    def _when(self, minutes: float) -> When:
        """At any quarter of an hour, once or on some of the days that follow."""
        last = int(self._days * DAY - minutes) // QUARTER
        start = QUARTER * float(self._luck.randint(0, last))
        left = int((self._days * DAY - minutes - start) // DAY)
        return When(start=start, times=self._luck.choice([1, self._luck.randint(1, 1 + left)]))

    def _dose(self, name: str) -> Dose:
        kind = catalogue().kinds[name]
        minutes, strength = self._minutes(kind.longest.value), kind.strength
        if strength is None or strength.low is None or strength.high is None:
            raise ValueError(f"{name} may be of any strength")
        ends = strength.low, strength.high
        level = self._luck.choice([strength.value, self._luck.uniform(*ends), self._luck.choice(ends)])
        return Dose(kind=name, when=self._when(minutes), minutes=minutes, strength=level)

    def _visit(self, name: str) -> Visit:
        known = catalogue()
        kind = known.kinds[name]
        minutes = self._minutes(kind.longest.value)
        technique = kind.technique or self._luck.choice(sorted(known.techniques))
        pressure = self._luck.uniform(known.visit["stroke_pressure"].low or 0, known.visit["stroke_pressure"].high or 0)
        strokes = Strokes(technique=technique, pressure=pressure, region=self._luck.choice(sorted(known.regions)))
        return Visit(
            when=self._when(minutes),
            minutes=minutes,
            strokes=strokes if kind.hands else None,
            posture=self._luck.choice(sorted(known.postures)),
            arrival=quarters(self._luck, 0, 4),
            attention=self._luck.random(),
            expectation=self._luck.random(),
        )


def lived(protocol: Protocol, cohort: Cohort, challenges: tuple[str, ...]) -> tuple[xr.Dataset, Mapping[str, Quantity]]:
    """The lives of people through a protocol, with all that is named of them, and the ledger of their body."""
    body = resident_body((), challenges)
    worlds = Worlds((protocol,), body, program_of(body), readouts(body))
    return worlds.carry_out(cohort, remember=False, warn=False)[0], body.quantities


def lives(protocols: int) -> Iterator[Figure]:
    """Anybody through any protocol; two bodies: as it is, and with every challenge where there is one."""
    tally, kinds, days, ledger = Tally(), Counter[str](), 0, dict[str, Quantity]()
    for number in range(protocols):
        protocol = Luck(number).protocol()
        who = np.arange(PEOPLE * number, PEOPLE * (number + 1))
        world, known = lived(protocol, Anybody(who, seed=SEED), CHALLENGES if challenges_of([protocol]) else ())
        tally.look(world, known, [f"protocol {number}, person {one}" for one in who])
        kinds.update({entry.kind for entry in protocol.timeline})
        days += PEOPLE * protocol.days
        ledger |= known
    wanted = protocols * PEOPLE
    yield Figure("lives", f"{tally.lives:,} of {days:,} days in all", f"{wanted:,}", tally.lives == wanted)
    few, every = kinds.most_common()[-1], len(catalogue().kinds)
    told = f"{len(kinds)} in {protocols} protocols, the rarest ({few[0]}) in {few[1]}"
    yield Figure("kinds of stimulus", told, f"{every}", len(kinds) == every or protocols < PROTOCOLS)
    yield from tally.figures("lives", ledger, ordinary=False)


def uncertain(people: int) -> Iterator[Figure]:
    """People on ordinary days, each in a body of its own: all that is uncertain is drawn."""
    tally, who = Tally(), np.arange(people)
    world, ledger = lived(ORDINARY, Cohort(who, seed=SEED, draws=who + 1), ())
    tally.look(world, ledger, [f"person {one}" for one in who])
    yield from tally.figures(f"{people:,} uncertain bodies", ledger)


def rows(quick: bool) -> Iterator[Figure]:
    """Each row far off, on two days."""
    body = resident_body((), CHALLENGES)
    able = [row for row in body.parameters.values() if spread_of(row) > 0 and row.low < row.high]
    moves = [(row.name, way * SPREADS) for row in (able[:5] if quick else able) for way in (-1, 1)]
    told = f"{len(able)} of {len(body.parameters)}; the others are definitions, or known without a doubt"
    yield Figure("rows of the ledger with a spread", told, "all of them", len(able) > len(body.parameters) / 2)
    for protocol in (ORDINARY, laboratory()):
        tally = Tally()
        for first in range(0, len(moves), TOGETHER):
            some = tuple(moves[first : first + TOGETHER])
            cohort = RowByRow(np.zeros(len(some), int), seed=SEED, typical=True, steady=True, moves=some)
            world, ledger = lived(protocol, cohort, CHALLENGES)
            tally.look(world, ledger, [f"{name} {spreads:+g} spreads" for name, spreads in some])
        yield from tally.figures(f"rows far off, {protocol.title}", body.quantities, ordinary=protocol is ORDINARY)


def broken() -> Iterator[Figure]:
    """Bodies with one row that no body has: what each is found by."""
    body = resident_body((), CHALLENGES)
    for name, times, found_by in (
        ("vagal_time", -1.0, "not finite"),
        ("output_rest", 10.0, "beyond the limits of life"),
        ("noradrenaline_rest", 100.0, "outside its range"),
    ):
        row = body.parameters[name]
        ends = sorted((row.value, times * row.value))
        bad = replace(row, value=times * row.value, low=ends[0], high=ends[1], between=0.0)
        tally = Tally()
        world, ledger = lived(ORDINARY, Cohort(np.arange(PEOPLE), seed=SEED, rows={name: bad}), CHALLENGES)
        tally.look(world, ledger, [f"person {one}" for one in range(PEOPLE)])
        outside = sum(tally.share_of(one) < INSIDE for one in tally.seen)
        told = {
            "not finite": len(tally.lost),
            "beyond the limits of life": len(tally.left),
            "outside its range": outside,
        }
        words = ", ".join(f"{many} {what}" for what, many in told.items())
        yield Figure(f"a body with {name} = {bad.value:g}", words, found_by, told[found_by] > 0)


def prove(quick: bool) -> Iterator[Figure]:
    """Lives, uncertain bodies, rows far off, bodies that are broken."""
    yield from lives(FEW if quick else PROTOCOLS)
    yield from uncertain(PEOPLE if quick else PROTOCOLS * PEOPLE)
    yield from rows(quick)
    yield from broken()
