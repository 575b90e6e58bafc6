"""What a timeline may say, explained: a kind of stimulus, its course, and where its numbers are from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from effleurage.body.units import shown
from effleurage.protocol.courses import Piece
from effleurage.protocol.stimuli import Kind, catalogue
from effleurage.protocol.tables import Number

PARTS = "arrival, posture, quiet rest, attention, expectation"


def listed() -> list[str]:
    """Every kind of stimulus, a line each."""
    return [f"  {name:33} {kind.meaning}" for name, kind in catalogue().kinds.items()]


def setting(name: str) -> list[str]:
    """The kinds that set an input of the body."""
    return [kind for kind, row in catalogue().kinds.items() if name in row.inputs]


def explained(name: str) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Title, lines and data of the kind of stimulus that is called ``name``, or by another word for it.

    Raises ``KeyError`` where nothing is called so.
    """
    known = catalogue()
    own = known.kind_named(name) or name
    kind = known.kinds[own]
    lines = [*_written(kind), *_sets(kind), "", "numbers  [grade]"]
    lines += [f"  {number.meaning} = {_amount(number)}  [{number.grade}] {number.source}" for number in _numbers(kind)]
    content = {
        "also": list(kind.also),
        "inputs": list(kind.inputs),
        "course": [_told(piece) for piece in kind.course.pieces] if kind.course else [],
        "numbers": [_plain(number) for number in _numbers(kind)],
    }
    return f"{own}: {kind.meaning}", tuple(lines), content


def _written(kind: Kind) -> Iterator[str]:
    least, most = kind.shortest.value if kind.shortest else 1, kind.longest.value
    yield f"lasts {least:g} to {most:g} min"
    if kind.also:
        yield f"other words: {', '.join(kind.also)}"
    if kind.strength:
        said = "must be said" if kind.dosed else f"{_amount(kind.strength)} where it is not said"
        yield f"strength {kind.strength.low:g} to {kind.strength.high:g}, {said} ({kind.strength.meaning})"
    if kind.levels:
        yield "or " + ", ".join(f"{level} ({_amount(number)})" for level, number in kind.levels.items())


def _sets(kind: Kind) -> Iterator[str]:
    if kind.visit:
        yield f"a visit: {PARTS}{', hands' if kind.hands else ''}"
    if kind.input:
        yield f"holds {kind.input}" + (", the whole dose evenly over the minutes" if kind.whole else "")
    if kind.course is None:
        return
    yield "course, at strength 1"
    for piece in kind.course.pieces:
        levels = ", ".join(f"{name} {number.value:g}" for name, number in piece.inputs.items())
        length = f"{piece.minutes.value:g} min" if piece.minutes else "what is left"
        if piece.share and sum(bool(one.share) for one in kind.course.pieces) > 1:
            length = f"{piece.share.value:g} share"
        yield f"  {piece.meaning:28} {length:14} {levels}"
    if kind.course.turn:
        yield f"  again and again, in turns of about {_amount(kind.course.turn)}"


def _numbers(kind: Kind) -> list[Number]:
    pieces = kind.course.pieces if kind.course else ()
    own = [kind.strength, *kind.levels.values(), kind.course.turn if kind.course else None]
    of_pieces = [number for piece in pieces for number in (piece.minutes, piece.share, *piece.inputs.values())]
    return [number for number in (*own, *of_pieces, kind.shortest, kind.longest) if number]


def _amount(number: Number) -> str:
    return f"{number.value:g} {shown(number.unit)}".rstrip()


def _told(piece: Piece) -> dict[str, Any]:
    lengths = {"minutes": piece.minutes, "share": piece.share}
    return {
        "meaning": piece.meaning,
        **{name: number.value for name, number in lengths.items() if number},
        "inputs": {name: number.value for name, number in piece.inputs.items()},
    }


def _plain(number: Number) -> dict[str, Any]:
    """A number as data; bounds that are none are left out."""
    return {name: value for name, value in asdict(number).items() if value not in (float("-inf"), float("inf"))}
