"""Control arms: how people changed who rested, read, waited or got a placebo, and what of it can be scored.

Sources were listed before any value was written down (``sources.toml``), and what a source is for follows from the hash
of its doi, which nobody chose. A value without a spread of the change is kept, and ``why_not`` says why it is not
scored.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from effleurage.errors import Finding, TargetError, nearest
from effleurage.evidence.norms.targets import Use, use_of
from effleurage.lab.outcomes.codebook import codebook
from effleurage.protocol.tables import read_rows, shipped_rows, shipped_table
from effleurage.statistics.intervals import NINETY_FIVE

Comparator = Literal["untreated", "waiting", "rest", "reading", "attention", "light touch", "usual care", "placebo"]
"""What people of the arm got meanwhile."""


@dataclass(frozen=True)
class Source:
    """A publication; fields as in ``sources.toml``."""

    id: str
    doi: str
    arm: str
    reads: tuple[str, ...]
    people: str
    known: bool
    seen: str
    where: str

    @property
    def use(self) -> Use:
        """What its values are for: neither, where they were known; else by the hash of its doi.

        >>> sources()["Noto2010"].use
        'seen'
        """
        if self.known:
            return "seen"
        return use_of(self.doi or self.id)


@dataclass(frozen=True)
class Family:
    """Outcomes that belong together; fields as in ``families.toml``."""

    id: str
    outcomes: tuple[str, ...]
    one_sided: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Beside:
    """An outcome that the codebook does not have; no laboratory reads it."""

    id: str
    name: str
    unit: str


@dataclass(frozen=True)
class Families:
    """What ``families.toml`` holds."""

    family: tuple[Family, ...]
    beside: tuple[Beside, ...]


@dataclass(frozen=True)
class Row:
    """One published change within an arm, as printed.

    ``change`` is the mean of the second time less that of the first; where it is not printed, ``first`` and ``second``
    are. Its spread is one of ``sd`` (between people), ``se``, ``low`` with ``high`` (95 % of the mean change), or
    ``sd_first``, ``sd_second`` and the correlation ``r`` of the two times. ``n``: people; it may lack where an interval
    or a standard error of the mean change is printed. ``clock``: time of day; ``minutes`` or ``weeks``: from the first
    to the second.
    """

    id: str
    source: str
    outcome: str
    comparator: Comparator
    unit: str
    population: str
    seen: Literal["A", "T", "S"]
    quote: str
    n: int | None = None
    first: float | None = None
    second: float | None = None
    sd_first: float | None = None
    sd_second: float | None = None
    r: float | None = None
    change: float | None = None
    sd: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    clock: str = ""
    posture: str = ""
    minutes: float | None = None
    weeks: float | None = None
    note: str = ""

    @property
    def mean_change(self) -> float:
        """The second time less the first, in ``unit``."""
        if self.change is not None:
            return self.change
        return (self.second or 0.0) - (self.first or 0.0)

    @property
    def standard_error(self) -> float | None:
        """Of the mean change; None where nothing printed tells it.

        >>> Row("a", "b", "systolic", "rest", "mmHg", "x", "A", "q", n=25, change=-2.0, sd=5.0).standard_error
        1.0
        """
        if self.se is not None:
            return self.se
        if self.low is not None and self.high is not None:
            return (self.high - self.low) / (2 * NINETY_FIVE)
        spread = self.sd if self.sd is not None else self._of_both_times()
        return None if spread is None or self.n is None else spread / math.sqrt(self.n)

    @property
    def spread(self) -> float | None:
        """SD of people's changes; None where it does not follow from what is printed."""
        if self.sd is not None or self.standard_error is None or self.n is None:
            return self.sd
        return self.standard_error * math.sqrt(self.n)

    @property
    def scored(self) -> bool:
        """Whether the change can be held against one of ours."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """Why it is kept and not scored; nothing where it is."""
        if self.standard_error is not None:
            return ""
        if self.sd_first is not None and self.sd_second is not None:
            return "the SDs of both times without r or an SD of the change"
        return "no spread of the change"

    def _of_both_times(self) -> float | None:
        if self.sd_first is None or self.sd_second is None or self.r is None:
            return None
        return math.sqrt(self.sd_first**2 + self.sd_second**2 - 2 * self.r * self.sd_first * self.sd_second)


@cache
def sources() -> Mapping[str, Source]:
    """Every source that was listed, by id; not all of them have a value."""
    return {row.id: row for row in shipped_rows(Source, "source", __package__, "sources.toml")}


@cache
def families() -> Families:
    """Families of outcomes, and the outcomes beside the codebook."""
    return shipped_table(Families, __package__, "families.toml")


@cache
def shipped_controls() -> Mapping[str, tuple[Row, ...]]:
    """The rows of every family that has any, by family. Raises ``TargetError`` with every finding."""
    folder = files(__package__).joinpath("rows")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml"))
    return read_controls({name: folder.joinpath(name).read_text(encoding="utf-8") for name in names})


def read_controls(texts: Mapping[str, str]) -> Mapping[str, tuple[Row, ...]]:
    """The rows of TOML texts, by family, as which a text is called. Raises ``TargetError`` with every finding."""
    known = {family.id: family for family in families().family}
    found: dict[str, tuple[Row, ...]] = {}
    findings: list[Finding] = []
    for name, text in texts.items():
        family = known.get(name.removesuffix(".toml"))
        if family is None:
            findings.append(Finding(name, "no family is called so", nearest(name.removesuffix(".toml"), known)))
            continue
        rows = read_rows(Row, "row", text, name, TargetError)
        findings += [one for row in rows for one in _faults(name, row, family)]
        found[family.id] = rows
    counted = Counter(row.id for rows in found.values() for row in rows)
    findings += [Finding(id, f"is there {count} times", "Name it anew.") for id, count in counted.items() if count > 1]
    if findings:
        raise TargetError(findings)
    return found


def uses(rows: Sequence[Row]) -> Counter[Use]:
    """How many values are for which use."""
    return Counter(sources()[row.source].use for row in rows)


def _faults(name: str, row: Row, family: Family) -> Iterator[Finding]:
    where = f"{name}, {row.id}"
    outcomes = {*codebook(), *(one.id for one in families().beside)}
    if row.source not in sources():
        yield Finding(f"{where}, source", f"'{row.source}' is not listed", "List it in sources.toml before its values.")
    elif row.outcome not in sources()[row.source].reads:
        yield Finding(
            f"{where}, outcome", f"{row.source} was not listed to read '{row.outcome}'", "Add it to its reads."
        )
    if row.outcome not in outcomes:
        yield Finding(f"{where}, outcome", f"no outcome '{row.outcome}'", nearest(row.outcome, outcomes))
    elif row.outcome not in family.outcomes:
        yield Finding(f"{where}, outcome", f"'{row.outcome}' is not of {family.id}", "Move it to its family's file.")
    if not row.quote.strip():
        yield Finding(f"{where}, quote", "is empty", "Give the words in which the number was printed.")
    if row.change is None and (row.first is None or row.second is None):
        yield Finding(f"{where}, change", "neither a change nor both means", "Give change, or first and second.")
    if row.n is None and row.se is None and (row.low is None or row.high is None):
        yield Finding(f"{where}, n", "a change without n or an interval of it", "Say of how many people it is.")
    yield from _wrong_numbers(where, row)


def _wrong_numbers(where: str, row: Row) -> Iterator[Finding]:
    if row.n is not None and row.n < 1:
        yield Finding(f"{where}, n", f"{row.n} people", "Say of how many people it is.")
    for field in ("sd", "se", "sd_first", "sd_second", "minutes", "weeks"):
        value = getattr(row, field)
        if value is not None and value <= 0:
            yield Finding(f"{where}, {field}", f"{value:g} is not above 0", "Give it as printed, or leave it out.")
    if row.r is not None and not -1 <= row.r <= 1:
        yield Finding(f"{where}, r", f"{row.r:g} is no correlation", "Give -1 to 1.")
    if (row.low is None) != (row.high is None):
        yield Finding(f"{where}, low", "one end of an interval", "Give low and high.")
    elif row.low is not None and row.high is not None and not row.low <= row.mean_change <= row.high:
        what = f"{row.mean_change:g} is not between {row.low:g} and {row.high:g}"
        yield Finding(f"{where}, change", what, "Give the interval of the mean change.")
    if row.change is not None and row.first is not None and row.second is not None:
        off = abs(row.second - row.first - row.change)
        if off > 0.11 * max(1.0, abs(row.change)):
            what = f"{row.first:g} to {row.second:g} is not {row.change:g}"
            yield Finding(f"{where}, change", what, "Leave out what the source contradicts.")
