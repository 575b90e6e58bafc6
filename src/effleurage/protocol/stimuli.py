"""The catalogue of stimuli: a therapist's words and the numbers behind them, read from ``stimuli.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from effleurage.errors import Finding, ProtocolError, Unfit, nearest
from effleurage.protocol.courses import Course
from effleurage.protocol.tables import Number, read_table

FILE = "stimuli.toml"


@dataclass(frozen=True)
class Region(Number):
    """The share of the body surface (0-1) of a region, which may be a part of another."""

    part_of: str = ""


@dataclass(frozen=True)
class Technique:
    """How hands work: ``flow`` along the skin and ``knead`` of the muscle (0-1), and what it implies."""

    meaning: str
    flow: Number
    knead: Number
    pressure: str
    posture: str = ""
    region: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of stimulus: a visit (with or without hands), one ``input`` held at a ``strength``, or a ``course``.

    ``whole``: the strength is the whole dose, given evenly over the minutes. ``dosed``: nobody gives it without saying
    how much, so a protocol must. Of a course the strength is a factor. ``shortest``: minutes below which it is no such
    test any more, where its parts have minutes of their own.
    """

    meaning: str
    longest: Number
    shortest: Number | None = None
    visit: bool = False
    hands: bool = False
    technique: str = ""
    input: str = ""
    course: Course | None = None
    whole: bool = False
    dosed: bool = False
    strength: Number | None = None
    levels: Mapping[str, Number] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.visit + bool(self.input) + bool(self.course) != 1:
            raise Unfit(Finding("", "is not one of a visit, an input and a course", "Let it be one of them."))
        if not self.visit and self.strength is None:
            raise Unfit(Finding("strength", "is missing", "Say what 1 stands for."))
        if self.course and self.whole:
            raise Unfit(Finding("whole", "a whole dose has no course", "Take one of them out."))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The body's inputs that it sets; those of a visit are its own affair."""
        return self.course.inputs if self.course else (self.input,) if self.input else ()

    def parts(self, minutes: float, strength: float) -> tuple[tuple[float, float, dict[str, float]], ...]:
        """(begin, end, inputs) of what is done in ``minutes``, in minutes from its beginning."""
        if self.course is None:
            return ((0.0, minutes, {self.input: strength / minutes if self.whole else strength}),)
        return tuple(
            (begin, end, {name: round(strength * level.value, 9) for name, level in piece.inputs.items()})
            for begin, end, piece in self.course.laid(minutes)
        )

    def minutes_fault(self, minutes: float) -> Finding | None:
        """What is wrong with a stimulus of this kind that lasts ``minutes``, if anything."""
        least = self.shortest.value if self.shortest else 1
        if least <= minutes <= self.longest.value:
            return None
        fix = f"Say {least:g} to {self.longest.value:g} min"
        if self.course and self.shortest:
            rest = ", ".join(piece.meaning for piece in self.course.pieces if piece.share)
            fix += f" ({', '.join(self.course.fixed())}; {rest} takes the rest), or write its parts, a line each"
        return Finding("minutes", f"{minutes:g} min cannot be", f"{fix}.")


@dataclass(frozen=True)
class Catalogue:
    """All words that a protocol may use, each by its name; ``also`` are other words for such a name.

    Fields as in ``stimuli.toml``.
    """

    techniques: Mapping[str, Technique]
    pressures: Mapping[str, Number]
    regions: Mapping[str, Region]
    postures: Mapping[str, Number]
    kinds: Mapping[str, Kind]
    visit: Mapping[str, Number]
    usual_posture: str
    also: Mapping[str, str] = field(default_factory=dict)

    def kind_named(self, name: str) -> str | None:
        """The kind's own name for ``name`` (its name or another word for it), or None."""
        return next((own for own, kind in self.kinds.items() if name == own or name in kind.also), None)

    def region_names(self, text: str) -> tuple[str, ...]:
        """The regions in ``back and head and neck``, each once; raises ProtocolError for an unknown one."""
        found: dict[str, None] = {}
        rest = text
        while rest:
            fits = [name for name in self.regions if rest == name or rest.startswith(f"{name} and ")]
            if not fits:
                unknown = rest.split(" and ")[0][:60]
                raise ProtocolError(Finding("region", f"'{unknown}' is no region", nearest(unknown, self.regions)))
            name = max(fits, key=len)
            found[name] = None
            rest = rest[len(name) + len(" and ") :]
        return tuple(found)

    def surface(self, text: str) -> float:
        """Share of the body surface (0-1) of the regions in ``text``; parts of a named whole add nothing."""
        names = self.region_names(text)
        shares = (self.regions[name].value for name in names if self.regions[name].part_of not in names)
        return min(1.0, round(sum(shares), 6))


def read_catalogue(text: str) -> Catalogue:
    """The catalogue in a TOML text. Raises ProtocolError with every row that is incomplete, by its place and field."""
    return read_table(Catalogue, text, FILE, ProtocolError)


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with Effleurage."""
    return read_catalogue(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
