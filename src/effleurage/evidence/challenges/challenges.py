"""Challenges: their published values and their sources, which were listed before any value was written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from effleurage.evidence.norms.targets import Target, Use, read_targets, use_of
from effleurage.protocol.tables import shipped_rows


@dataclass(frozen=True)
class Source:
    """A publication; fields as in ``sources.toml``."""

    id: str
    doi: str
    challenge: str
    known: bool
    seen: str
    where: str
    people: str = ""
    reads: tuple[str, ...] = ()

    @property
    def use(self) -> Use:
        """What its values are for: neither, where they were known; else by the hash of its doi, which nobody chose."""
        if self.known:
            return "seen"
        return use_of(self.doi or self.id)


@cache
def sources() -> Mapping[str, Source]:
    """Every source that was listed, by id; not all of them have a value that a protocol can ask for."""
    return {row.id: row for row in shipped_rows(Source, "source", __package__, "sources.toml")}


@cache
def shipped_challenges() -> tuple[Target, ...]:
    """The published values of all challenges."""
    folder = files(__package__).joinpath("targets")
    found = sorted((Path(str(path)) for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda p: p.name)
    return read_targets(found)
