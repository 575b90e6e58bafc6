"""What an expert tries first on a body: each challenge, and the curves on which published values are drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from effleurage.errors import EffleurageError, Finding, ProtocolError, RequestError, TargetError, nearest
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms.looked import key_but_for_days
from effleurage.evidence.norms.targets import Target, World
from effleurage.lab.heart.virtual import INDICES
from effleurage.people.cohort import check_settings
from effleurage.people.simulate import readouts, whole_body
from effleurage.protocol.tables import shipped_rows
from effleurage.protocol.times import looks_of

MOST_PANELS, MOST_CURVES = 4, 3
MOST_PLACES = 130
"""Regular looks along a curve; a small panel shows no more."""
APART = (2, 5, 10, 15, 30, 60, 120, 360, 720, 1440)
"""Minutes between looks: the fewest with which a curve has at most ``MOST_PLACES``."""
OF_BEATS = 5
"""Minutes of heartbeats behind one look at an index of them, and so the least between two."""


@dataclass(frozen=True)
class Curve:
    """A world ``during`` a time (``day 2 09:50 to 11:00``), and the quantities to ``draw`` of it, a panel each.

    ``title``: what is done to whom, in a few words; ``log``: the axis of values is logarithmic.
    """

    title: str
    world: World
    during: str
    draw: tuple[str, ...]
    log: bool = False

    def places(self, quantity: str) -> tuple[float, ...]:
        """Minutes since midnight of day 1 at which a quantity is looked at, evenly.

        Raises ``ProtocolError`` where ``during`` is no time of the world.
        """
        begin, end = self.span
        least = OF_BEATS if quantity in INDICES else APART[0]
        step = next((one for one in APART if one >= least and (end - begin) / one <= MOST_PLACES), APART[-1])
        return tuple(self._looks(step))

    @property
    def span(self) -> tuple[float, float]:
        """When it is drawn, in minutes since midnight of day 1. Raises ``ProtocolError`` where that is no time."""
        looks = self._looks(1)
        return looks[0], looks[-1]

    def _looks(self, step: float) -> Sequence[float]:
        return looks_of(f"every {step} min from {self.during}", self.world.days)


@dataclass(frozen=True)
class Challenge:
    """One challenge; fields as in ``challenges.toml``. Targets name it by ``id``."""

    id: str
    title: str
    about: str
    curve: tuple[Curve, ...]


@cache
def challenges() -> Mapping[str, Challenge]:
    """Every challenge by id. Raises ``TargetError`` with all that does not fit the targets."""
    rows = shipped_rows(Challenge, "challenge", __package__, "challenges.toml")
    check(rows, shipped_challenges())
    return {row.id: row for row in rows}


def challenge_named(name: str) -> Challenge:
    """The challenge of that id. Raises ``RequestError`` with the nearest for one that does not exist."""
    found = challenges().get(name)
    if found is None:
        raise RequestError(Finding("NAME", f"no challenge '{name}'", nearest(name, challenges())))
    return found


def check(rows: Sequence[Challenge], targets: Sequence[Target]) -> None:
    """Raise ``TargetError`` with every fault of challenges, and of targets that name them."""
    findings = [Finding(f"challenges.toml, {row.id}", what, fix) for row in rows for what, fix in _faults(row)]
    known = {row.id for row in rows}
    twice = [name for name, count in Counter(row.id for row in rows).items() if count > 1]
    findings += [Finding(f"challenges.toml, {name}", "stands there twice", "Keep one of them.") for name in twice]
    for name in sorted(known - {target.challenge for target in targets}):
        findings.append(Finding(f"challenges.toml, {name}", "no target names it", "Add targets, or take it out."))
    for target in targets:
        if target.challenge not in known:
            what = f"no challenge '{target.challenge}'"
            findings.append(Finding(f"target {target.id}, challenge", what, nearest(target.challenge, known)))
    for row in rows:
        worlds = {key_but_for_days(target.world) for target in targets if target.challenge == row.id}
        for curve in row.curve:
            if key_but_for_days(curve.world) not in worlds:
                what = f"no target of it has the world of '{curve.title}'"
                findings.append(Finding(f"challenges.toml, {row.id}", what, "Write the world as in a target."))
    if findings:
        raise TargetError(findings)


def _faults(row: Challenge) -> Iterator[tuple[str, str]]:
    for field in ("title", "about"):
        if not getattr(row, field).strip():
            yield f"has no {field}", "Write one."
    if not 1 <= len(row.curve) <= MOST_CURVES:
        yield f"{len(row.curve)} curves", f"Give 1 to {MOST_CURVES}."
    panels = sum(len(curve.draw) for curve in row.curve)
    if panels > MOST_PANELS:
        yield f"{panels} panels", f"Draw at most {MOST_PANELS}."
    for curve in row.curve:
        yield from _faults_of_curve(curve)


def _faults_of_curve(curve: Curve) -> Iterator[tuple[str, str]]:
    known = (*readouts(whole_body()), *INDICES)
    if not curve.title.strip():
        yield "a curve has no title", "Say what is done to whom."
    if not curve.draw:
        yield f"nothing is drawn of '{curve.title}'", "Name a quantity."
    for quantity in curve.draw:
        if quantity not in known:
            yield f"no laboratory reads '{quantity}'", nearest(quantity, known)
    try:
        curve.world.protocol()
        curve.places("")
        check_settings(whole_body(), curve.world.people)
    except ProtocolError as refused:
        for finding in refused.findings:
            yield f"'{curve.title}', {finding.where}: {finding.what}", finding.fix
    except EffleurageError as refused:
        for finding in refused.findings:
            yield f"'{curve.title}', people: {finding.what}", finding.fix
