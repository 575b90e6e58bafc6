"""The course of a stimulus that is no steady block: pieces one after another, each with levels of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from effleurage.errors import Finding, Unfit
from effleurage.protocol.tables import Number

DECIMALS = 1
"""Pieces meet at a tenth of a minute: as exactly as a laboratory reads its watch."""


@dataclass(frozen=True)
class Piece:
    """A piece of a course: so many ``minutes``, or a ``share`` of the time that such pieces leave.

    ``inputs``: the level of every input that it sets, at strength 1.
    """

    meaning: str
    inputs: Mapping[str, Number]
    minutes: Number | None = None
    share: Number | None = None

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.share is None):
            raise Unfit(Finding("", "says minutes and share, or neither", "Give it one of them."))
        length = self.minutes or self.share
        if length and length.value <= 0:
            raise Unfit(Finding("", "takes no time", "Give it more than 0."))

    def length(self, one_share: float) -> float:
        """Minutes that it takes, where a share of 1 is so many."""
        return self.minutes.value if self.minutes else one_share * self.share.value if self.share else 0.0


@dataclass(frozen=True)
class Course:
    """Pieces that fill the time of a stimulus; time that is too short cuts the last ones off.

    ``turn``: the pieces come again and again, in turns of about so many minutes: as many whole turns as come nearest
    to the time, and the last turn ends without its last piece (a pause stands between blocks, not after them).
    """

    pieces: tuple[Piece, ...]
    turn: Number | None = None

    def __post_init__(self) -> None:
        if not any(piece.share for piece in self.pieces):
            raise Unfit(Finding("pieces", "none takes a share of the time", "Let one take what the others leave."))
        if self.turn and (len(self.pieces) < 2 or not self.pieces[-1].minutes):
            raise Unfit(Finding("turn", "no pause of so many minutes ends the turn", "Put one last, or take it out."))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every input that a piece sets."""
        return tuple(dict.fromkeys(name for piece in self.pieces for name in piece.inputs))

    def highest(self, name: str) -> float:
        """The highest level of an input at strength 1."""
        return max(piece.inputs[name].value for piece in self.pieces if name in piece.inputs)

    def laid(self, minutes: float) -> tuple[tuple[float, float, Piece], ...]:
        """Begin and end of every piece, in minutes from the beginning of a stimulus that lasts ``minutes``."""
        pieces = self._turned(minutes)
        left = max(0.0, minutes - sum(piece.length(0.0) for piece in pieces))
        shares = sum(piece.share.value for piece in pieces if piece.share)
        lengths = [piece.length(left / shares) for piece in pieces]
        ends = [*(min(minutes, round(end, DECIMALS)) for end in accumulate(lengths[:-1])), minutes]
        return tuple(
            (begin, end, piece) for begin, end, piece in zip([0.0, *ends], ends, pieces, strict=False) if end > begin
        )

    def _turned(self, minutes: float) -> tuple[Piece, ...]:
        """The pieces, or those of every turn but for the pause that would come last."""
        if self.turn is None:
            return self.pieces
        turns = round((minutes + self.pieces[-1].length(0.0)) / self.turn.value)
        return (self.pieces * max(1, turns))[:-1]

    def fixed(self) -> Iterator[str]:
        """What has minutes of its own: ``5 min giving the speech``."""
        return (f"{piece.minutes.value:g} min {piece.meaning}" for piece in self.pieces if piece.minutes)
