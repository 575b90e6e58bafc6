"""All challenges carried out in one pass: each target held against the rule, and the curves on which they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from effleurage.body.units import shown
from effleurage.engine.threads import Progress
from effleurage.evidence.challenges.challenge import Challenge, Curve, challenge_named, challenges
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms.looked import Looked, Wanted, key_but_for_days, key_of, look_at
from effleurage.evidence.norms.targets import Target, World
from effleurage.evidence.norms.validate import counterparts, interval_of, scored, spreads
from effleurage.lab.heart.indices import INDICES as OF_BEATS
from effleurage.lab.heart.virtual import INDICES
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import whole_body
from effleurage.protocol.times import DAY
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

PEOPLE = 64
"""Virtual people a world."""
BAND = 0.9
"""Share of the people who are in the band of a curve."""
MOST_NIGHTS = 2
"""Days of a curve on which nights are told."""
STATES = ("red", "yellow", "green", "ungated")


@dataclass(frozen=True)
class Point:
    """A published value on a curve, by the id of its target, in the unit of what is drawn.

    It stands at ``minute`` and was read from ``begin`` to ``end`` (minutes since midnight of day 1); ``low`` and
    ``high`` are its 95 % interval. What was published as a ratio or a change is told of the median of the virtual
    people where the study had its own reference.
    """

    target: str
    minute: float
    begin: float
    end: float
    value: float
    low: float
    high: float
    use: str
    status: str


@dataclass(frozen=True)
class Panel:
    """One quantity of a curve of a challenge.

    ``course``: a row a look, ``minute`` since midnight of day 1, ``median`` of the people, ``low`` and ``high`` of the
    band of 90 %. ``done``: (start, stop) in minutes of all that is done meanwhile, and of nights in bed where the curve
    is no longer than two days.
    """

    challenge: str
    curve: Curve
    quantity: str
    meaning: str
    unit: str
    course: pd.DataFrame
    points: tuple[Point, ...]
    done: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Tried(Shown):
    """What became of challenges.

    ``table``: a row a target as of ``validate``, with its ``challenge``, what was ``compared``, the ``difference``
    (simulated less published, in ``unit``) and the printed ``quote``. ``panels``: the curves, in the order of
    ``challenges``, which begin with the one of most misses.
    """

    challenges: tuple[Challenge, ...]
    table: pd.DataFrame
    panels: tuple[Panel, ...]
    people: int
    seed: int

    def tally(self) -> pd.DataFrame:
        """A row a challenge: ``challenge``, ``title``, ``targets``, and how many are of each status."""
        import pandas as pd

        rows = []
        for one in self.challenges:
            own = self.table.loc[self.table["challenge"] == one.id, "status"]
            counts = {state: int((own == state).sum()) for state in STATES}
            rows.append({"challenge": one.id, "title": one.title, "targets": len(own), **counts})
        return pd.DataFrame(rows)

    def panels_of(self, challenge: str) -> tuple[Panel, ...]:
        """The curves of the challenge of that id."""
        return tuple(panel for panel in self.panels if panel.challenge == challenge)


def try_out(name: str = "", seed: int = 1, people: int = PEOPLE, progress: Progress | None = None) -> Tried:
    """Carry out every challenge, or the one of that ``name``, on the same people; each world once.

    ``progress`` is called with the share that is done, 0 to 1. Raises ``RequestError`` with the nearest for a name that
    does not exist.
    """
    chosen = [challenge_named(name)] if name else list(challenges().values())
    known = {one.id for one in chosen}
    targets = [target for target in shipped_challenges() if target.challenge in known]
    targets, chosen = lengthened(targets, chosen)
    cohort = Cohort.of(people, seed)
    seen = look_at(wanted(targets, chosen), cohort, progress=progress)
    table = board(targets, seen)
    chosen = _misses_first(chosen, table)
    panels = [
        _panel(one, curve, quantity, targets, table, seen)
        for one in chosen
        for curve in one.curve
        for quantity in curve.draw
    ]
    return Tried(tuple(chosen), table, tuple(panels), people, seed)


def lengthened(targets: Sequence[Target], chosen: Sequence[Challenge]) -> tuple[list[Target], list[Challenge]]:
    """The same, but that worlds which differ in their days alone are as long as the longest, and so are one.

    A target whose looks depend on the days of its world keeps them.
    """
    worlds = [target.world for target in targets] + [curve.world for one in chosen for curve in one.curve]
    longest: dict[str, int] = {}
    for world in worlds:
        key = key_but_for_days(world)
        longest[key] = max(world.days, longest.get(key, 0))

    def longer(world: World) -> World:
        return world.model_copy(update={"days": longest[key_but_for_days(world)]})

    def gone_on(target: Target) -> Target:
        made = target.model_copy(update={"world": longer(target.world)})
        return made if _looks(made) == _looks(target) else target

    curves = [replace(one, curve=tuple(replace(own, world=longer(own.world)) for own in one.curve)) for one in chosen]
    return [gone_on(target) for target in targets], curves


def _looks(target: Target) -> list[tuple[float, ...]]:
    return [look.minutes() for look in (target.look, target.other) if look]


def wanted(targets: Sequence[Target], chosen: Sequence[Challenge]) -> list[Wanted]:
    """All that must be looked at: what the targets read, and the curves."""
    looks = [(target, look) for target in targets for look in (target.look, target.other) if look]
    read: list[Wanted] = [(target.quantity, look.world, look.minutes()) for target, look in looks]
    drawn: list[Wanted] = [
        (quantity, curve.world, _places(curve, quantity, _on(targets, one, curve, quantity)))
        for one in chosen
        for curve in one.curve
        for quantity in curve.draw
    ]
    return [*read, *drawn]


def board(targets: Sequence[Target], seen: Looked) -> pd.DataFrame:
    """The table of ``Tried``. How much laboratories differ follows from all targets, whichever are asked for."""
    table = scored(targets, counterparts(targets, seen), spreads(shipped_challenges()))
    for field in ("challenge", "compared", "quote"):
        table[field] = [getattr(target, field) for target in targets]
    table["difference"] = table["simulated"] - table["published"]
    return table


def _misses_first(chosen: Sequence[Challenge], table: pd.DataFrame) -> list[Challenge]:
    def misses(challenge: Challenge) -> tuple[int, ...]:
        own = table.loc[table["challenge"] == challenge.id, "status"]
        return tuple(-int((own == state).sum()) for state in STATES[:2])

    return sorted(chosen, key=misses)


def _on(targets: Sequence[Target], challenge: Challenge, curve: Curve, quantity: str) -> list[Target]:
    """Targets of a challenge that are points on a curve: of its quantity, world and time, and a mean over people."""
    here, (begin, end) = key_of(curve.world), curve.span
    return [
        target
        for target in targets
        if (target.challenge, target.quantity, target.statistic) == (challenge.id, quantity, "mean")
        and not target.measure.startswith("time")
        and key_of(target.world) == here
        and all(begin <= minute <= end for minute in target.look.minutes())
    ]


def _places(curve: Curve, quantity: str, on: Sequence[Target]) -> tuple[float, ...]:
    """Minutes at which a curve is looked at: evenly, where its targets look, and where anything begins or ends."""
    begin, end = curve.span
    looks = {minute for target in on for minute in target.look.minutes()}
    edges = set() if quantity in INDICES else {edge for span in _done(curve) for edge in span}
    return tuple(sorted({minute for minute in looks | edges if begin <= minute <= end} | set(curve.places(quantity))))


def _done(curve: Curve) -> tuple[tuple[float, float], ...]:
    """(start, stop) of all that is done while a curve is drawn, cut to it; of days, nights are too many to show."""
    begin, end = curve.span
    protocol = curve.world.protocol()
    spans = {span for entry in protocol.timeline for span in entry.spans()}
    if end - begin <= MOST_NIGHTS * DAY:
        spans |= set(protocol.habits.nights(protocol.stop))
    cut = {(max(start, begin), min(stop, end)) for start, stop in spans}
    return tuple(sorted((start, stop) for start, stop in cut if start < stop))


def _panel(
    challenge: Challenge, curve: Curve, quantity: str, targets: Sequence[Target], table: pd.DataFrame, seen: Looked
) -> Panel:
    import pandas as pd

    on = _on(targets, challenge, curve, quantity)
    places = _places(curve, quantity, on)
    low, median, high = np.nanquantile(
        seen.values(quantity, curve.world, places), [(1 - BAND) / 2, 0.5, (1 + BAND) / 2], axis=1
    )
    course = pd.DataFrame({"minute": places, "median": median, "low": low, "high": high})
    states = dict(zip(table["id"], table["status"], strict=True))
    points = tuple(_point(target, course, states[target.id], seen) for target in on)
    if quantity in INDICES:
        meaning, unit = quantity, OF_BEATS[INDICES[quantity]][1]
    else:
        row = whole_body().quantities[quantity]
        meaning, unit = row.meaning, shown(row.unit)
    return Panel(challenge.id, curve, quantity, meaning, unit, course, points, _done(curve))


def _point(target: Target, course: pd.DataFrame, status: str, seen: Looked) -> Point:
    minutes = target.look.minutes()
    ends = np.array([target.value, *interval_of(target)])
    if target.other:
        reference = float(np.nanmedian(seen(target.quantity, target.other)))
        ends = ends * reference if target.compared == "ratio" else ends + reference
    value, low, high = (float(end) for end in ends)
    minute = (minutes[0] + minutes[-1]) / 2
    if target.measure in ("peak", "trough"):
        looked = course[course["minute"].isin(minutes)].set_index("minute")["median"]
        minute = float(looked.idxmax() if target.measure == "peak" else looked.idxmin())
    return Point(target.id, minute, minutes[0], minutes[-1], value, low, high, target.use, status)
