"""Targets: what studies measured, as data that anyone can add to and run again. The format is in docs/targets.md."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from effleurage.body.units import shown
from effleurage.engine.run import FARTHEST
from effleurage.errors import EffleurageError, Finding, ProtocolError, TargetError, nearest, short
from effleurage.lab.heart.indices import INDICES as UNITS
from effleurage.lab.heart.virtual import INDICES
from effleurage.people.cohort import check_settings
from effleurage.people.simulate import readouts, whole_body
from effleurage.protocol.model import MOST_PEOPLE, Protocol
from effleurage.protocol.nodes import read_text
from effleurage.protocol.reading import parse_protocol
from effleurage.protocol.tables import shipped_rows
from effleurage.protocol.times import look_minutes
from effleurage.statistics.intervals import NINETY_FIVE

Ring = Literal["norm", "challenge", "massage"]
Use = Literal["fit", "predict", "seen"]
"""Calibration may use it; it must not; or the value was known to whoever set the numbers, so that it is neither."""
Measure = Literal["mean", "peak", "trough", "time of peak", "time of trough"]
Statistic = Literal["mean", "sd", "log sd", "retest"]
SEEN = {"A": "in the authors' abstract", "T": "in a table or figure", "S": "in a second text", "-": "nowhere yet"}
"""Where the number was seen; what was seen nowhere is shown grey and gates nothing."""
MOST_FROM_ONE_STUDY = 4


def use_of(key: str) -> Use:
    """What a source is for by the hash of its doi, or of another ``key`` that nobody chose: half of all each.

    >>> use_of("10.12659/MSMBR.894343")
    'predict'
    """
    return "predict" if int(hashlib.sha256(key.lower().encode()).hexdigest(), 16) % 2 else "fit"


class World(BaseModel):
    """Who, through what: ledger settings of the people, and a timeline as in a protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    people: Mapping[str, float | Mapping[str, float]] = {}
    timeline: tuple[str, ...] = ()
    days: int = 2
    lights_out: str = "23:00"
    up: str = "07:00"

    def protocol(self) -> Protocol:
        """The world as a protocol. Raises ``ProtocolError`` with every finding."""
        lines = ["title: target", f"days: {self.days}", f"habits: {{lights out: '{self.lights_out}', up: '{self.up}'}}"]
        if self.timeline:
            lines += ["timeline:", *(f"  - {line}" for line in self.timeline)]
        read = parse_protocol("\n".join(lines) + "\n", "timeline")
        return read.model_copy(update={"people": dict(self.people)})


class Look(BaseModel):
    """What is read: ``measure`` of the quantity over the minutes of ``at`` (a sampling rule), in a world."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str
    measure: Measure
    world: World

    def minutes(self) -> tuple[float, ...]:
        """Minutes since midnight of day 1."""
        return look_minutes(self.at, self.world.days)


class Target(BaseModel):
    """One published value and the way to the simulated one; fields as in docs/targets.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str
    ring: Ring
    use: Use
    quantity: str
    at: str
    measure: Measure = "mean"
    statistic: Statistic = "mean"
    world: World = World()
    than: Mapping[str, Any] | None = None
    compared: Literal["ratio", "change"] | None = None
    value: float
    sd: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str
    population: str
    source: str
    study: str
    seen: Literal["A", "T", "S", "-"]
    direction: Literal["up", "down"] | None = None
    above: tuple[str, ...] = ()
    laboratories: str = ""
    challenge: str = ""
    quote: str = ""
    note: str = ""

    @property
    def look(self) -> Look:
        """What is read."""
        return Look(at=self.at, measure=self.measure, world=self.world)

    @property
    def other(self) -> Look | None:
        """What it is compared with: the same look, but for what ``than`` says."""
        if self.than is None:
            return None
        said = dict(self.than)
        world = self.world.model_copy(update=World(**said.pop("world", {})).model_dump(exclude_unset=True))
        return Look(**{"at": self.at, "measure": self.measure, **said, "world": world})

    @property
    def standard_error(self) -> float:
        """Of the published value; 0 where nothing about it is published, which is the strictest reading."""
        if self.se is not None:
            return self.se
        if self.low is not None and self.high is not None:
            return (self.high - self.low) / (2 * NINETY_FIVE)
        if self.sd is not None and self.n:
            return self.sd / float(np.sqrt(self.n))
        return 0.0


def target_files() -> list[Path]:
    """The target files that come with the package, by name."""
    folder = files(__package__).joinpath("targets")
    return sorted((Path(str(path)) for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda p: p.name)


@cache
def shipped_targets() -> tuple[Target, ...]:
    """All targets of the package."""
    return read_targets(target_files())


@dataclass(frozen=True)
class Miss:
    """A target that is missed, why, and what would mend it."""

    id: str
    why: str


@cache
def known_misses() -> Mapping[str, str]:
    """Target id -> why it misses and what would mend it, from ``misses.toml``; a new red is refused by a test."""
    return {miss.id: miss.why for miss in shipped_rows(Miss, "miss", __package__, "misses.toml")}


def read_targets(paths: Sequence[Path]) -> tuple[Target, ...]:
    """Read target files. Raises ``TargetError`` with every finding of every file, by file, target and field."""
    findings: list[Finding] = []
    found: list[Target] = []
    names: dict[str, str] = {}
    for path in paths:
        for place, row in _rows(path, findings):
            target = _target(place, row, findings)
            if target is None:
                continue
            if target.id in names:
                findings.append(Finding(place, f"the id is taken by {names[target.id]}", "Choose another."))
            names[target.id] = place
            found.append(target)
    known = {target.id for target in found}
    for target in found:
        where = names[target.id]
        findings += [
            Finding(f"{where}, above", f"no target '{other}'", nearest(other, known))
            for other in target.above
            if other not in known
        ]
    for study, count in Counter(target.study for target in found).items():
        if count > MOST_FROM_ONE_STUDY:
            fix = "Keep what says most: peak, trough, timing, shape."
            findings.append(Finding(study, f"{count} targets from one study, more than {MOST_FROM_ONE_STUDY}", fix))
    if findings:
        raise TargetError(findings)
    return tuple(found)


def _rows(path: Path, findings: list[Finding]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        table = tomllib.loads(read_text(path))
    except ProtocolError as refused:
        findings += refused.findings
        return
    except (ValueError, RecursionError) as error:
        said = error if isinstance(error, tomllib.TOMLDecodeError) else "a number too long, or lists nested too deep"
        findings.append(Finding(str(path), f"not a TOML file ({said})", "Mend it; docs/targets.md shows one."))
        return
    rows = table.get("target")
    if not isinstance(rows, list) or not rows or set(table) != {"target"}:
        findings.append(Finding(path.name, "no [[target]] rows, or something beside them", "See docs/targets.md."))
        return
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            yield f"{path.name}, target {short(str(row.get('id', number)))}", row
        else:
            what = f"{short(repr(row))} is no target"
            findings.append(Finding(f"{path.name}, target {number}", what, "Begin each with [[target]]."))


def _target(place: str, row: Mapping[str, Any], findings: list[Finding]) -> Target | None:
    try:
        target = Target(**row)
    except ValidationError as error:
        for fault in error.errors():
            field = ".".join(str(part) for part in fault["loc"])
            fix = nearest(field, Target.model_fields) if fault["type"] == "extra_forbidden" else "See docs/targets.md."
            findings.append(Finding(f"{place}, {field}", fault["msg"].lower(), fix))
        return None
    faults = [Finding(f"{place}, {field}", what, fix) for field, what, fix in _faults(target)]
    findings += faults
    return None if faults else target


def _faults(target: Target) -> Iterator[tuple[str, str, str]]:
    body = whole_body()
    known = (*readouts(body), *INDICES)
    if target.quantity not in known:
        yield "quantity", f"no laboratory reads '{target.quantity}'", nearest(target.quantity, known)
        return
    own = UNITS[INDICES[target.quantity]][1] if target.quantity in INDICES else body.quantities[target.quantity].unit
    due = _due_units(target, own)
    if target.unit not in due:
        yield "unit", f"'{target.unit}' does not fit", f"Say {' or '.join(repr(unit) for unit in due)}."
    if not target.source.strip():
        yield "source", "is empty", "No source, no target."
    if target.n is not None and not 1 <= target.n <= MOST_PEOPLE:
        fix = f"Give 1 or more, or leave it out; {MOST_PEOPLE:,} at most."
        yield "n", f"{short(str(target.n))} people", fix
    for name in ("value", "sd", "se", "low", "high"):
        if abs(getattr(target, name) or 0.0) > FARTHEST:
            yield name, f"{getattr(target, name):g} {target.unit} is no measurement", "Mend the number."
    if any(spread is not None and spread < 0 for spread in (target.sd, target.se)):
        yield "sd or se", "is negative", "Give 0 or more."
    if (target.low is None) != (target.high is None):
        yield "low and high", "only one of them", "Give both ends of the 95 % interval."
    elif target.low is not None and target.high is not None and not target.low <= target.value <= target.high:
        yield "value", f"{target.value:g} lies outside {target.low:g} to {target.high:g}", "Mend one of them."
    if (target.than is None) != (target.compared is None and target.statistic != "retest"):
        yield "than and compared", "one needs the other", 'Give than = {…} and compared = "ratio" or "change".'
    if target.direction and target.compared is None:
        yield "direction", "of what?", "A direction needs 'than' and 'compared'."
    try:
        looks = [look for look in (target.look, target.other) if look]
    except (ValidationError, TypeError) as error:
        yield "than", str(error).splitlines()[0], "Say at, measure or world, as in the target itself."
        return
    for look in looks:
        try:
            look.world.protocol()
            look.minutes()
            check_settings(body, look.world.people)
        except ProtocolError as error:
            for finding in error.findings:
                yield finding.where, finding.what, finding.fix
        except EffleurageError as error:
            for finding in error.findings:
                yield "people", finding.what, finding.fix


def _due_units(target: Target, unit: str) -> list[str]:
    if target.statistic == "retest":
        return ["r"]
    if target.statistic == "log sd":
        return ["ln"]
    if target.compared == "ratio":
        return ["fold"]
    if target.measure.startswith("time"):
        return ["min"]
    return list(dict.fromkeys([shown(unit) or unit, unit]))
