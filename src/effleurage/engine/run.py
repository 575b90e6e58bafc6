"""One entry point: persons, grid and inputs in; states and rules at the sample times out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from threading import Lock
from typing import Any, Literal

import jax
import jax.export
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.compiled import keep_compiled
from effleurage.engine.flowing import INTERVALS, KNOT
from effleurage.engine.grid import Grid
from effleurage.engine.kept import kept
from effleurage.engine.kernel import CLASSES, LOOKS, STEPS, make_advance
from effleurage.engine.lanes import NARROW
from effleurage.engine.observe import make_observe
from effleurage.engine.program import Program
from effleurage.engine.provenance import key, processor
from effleurage.engine.threads import Progress, counted, side_by_side
from effleurage.engine.varying import Varying, pad
from effleurage.engine.watch import Beyond, Limits, Watch

Precision = Literal["double", "single"]
_TYPES = {"double": np.float64, "single": np.float32}
_LANES = {"double": 128, "single": 256}
LANES = "EFFLEURAGE_LANES"
"""Environment variable: persons of a block. By default their states fit the caches of a processor's core, and up to
NARROW persons have a block of their own size; a graphics processor needs many more to be busy."""
_LOG = logging.getLogger(__name__)
_PICKS = 32
"""Quantities are looked at in multiples of this, so that few choices of them compile anew."""
FARTHEST = 1e12
"""No state of the body comes near it, in any unit of the model: whoever's does has run away, finite or not."""


@dataclass(frozen=True)
class Record:
    """``values`` (samples, quantities, persons) in the order of ``names``; ``last`` (states, persons) at the end.

    ``lost`` (persons,): minute by which a person's states were not finite, or FARTHEST, else NaN. ``beyond``: who
    passed a limit first where.
    """

    names: tuple[str, ...]
    time: Floats
    values: Floats
    last: Floats
    lost: Floats
    beyond: Beyond


@cache
def _compiled(program: Program) -> tuple[Any, ...]:
    keep_compiled()
    advance, weigh, begin = make_advance(program)
    traced = {"advance": advance, "weigh": weigh, "begin": begin, "observe": make_observe(program)}
    return tuple(_Kept(function, f"{name} {program.digest} {program.flowing}") for name, function in traced.items())


@cache
def _say_compiling() -> None:
    """Say, once a process, why nothing happens for a while."""
    _LOG.warning("making the body ready for this machine: a minute or two, once; what is made is kept")


class _Kept:
    """A traced function that is traced once and then kept on disk as StableHLO: tracing takes longer than a run."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function, self._name = function, name
        self._ready: dict[Any, Callable[..., Any]] = {}
        self._once = Lock()

    def __call__(self, *arguments: Any) -> Any:
        leaves, tree = jax.tree.flatten(arguments)
        shapes = tuple((np.shape(leaf), str(jnp.result_type(leaf))) for leaf in leaves)
        with self._once:
            if shapes not in self._ready:
                self._ready[shapes] = self._load(shapes, tree)
        return self._ready[shapes](*arguments)

    def _load(self, shapes: Any, tree: Any) -> Callable[..., Any]:
        likes = [jax.ShapeDtypeStruct(shape, kind) for shape, kind in shapes]

        def make() -> jax.export.Exported:
            _say_compiling()
            return jax.export.export(jax.jit(self._function))(*jax.tree.unflatten(tree, likes))

        def read(data: bytes) -> jax.export.Exported:
            exported = jax.export.deserialize(bytearray(data))
            if [(one.shape, one.dtype) for one in exported.in_avals] != [(one.shape, one.dtype) for one in likes]:
                raise ValueError("takes other arguments")
            return exported

        place = f"traced/{key('engine', processor(), self._name, shapes)}"
        return jax.jit(kept(place, make, lambda exported: bytes(exported.serialize()), read).call)


def lanes_of(precision: Precision, persons: int | None = None) -> int:
    """How many persons a block has where so many are run: few have a small one, in a quarter of the time, same bits.

    Raises ``RequestError`` where the environment names no such number.
    """
    few = persons is not None and persons <= NARROW
    return counted(LANES, "persons", NARROW if few else _LANES[precision])


def starting_states(program: Program, constants: Floats) -> Floats:
    """States (S, persons) from the model's initial values, given constants (C, persons)."""
    initial = program.function("initial")
    rows = initial(list(constants))
    return np.stack([np.broadcast_to(np.asarray(row, dtype=np.float64), constants.shape[1:]) for row in rows])


def run(
    program: Program,
    constants: Floats,
    grid: Grid,
    inputs: Floats,
    *,
    keep: Sequence[str],
    start: Floats | None = None,
    varying: Varying | None = None,
    progress: Progress | None = None,
    precision: Precision = "double",
    limits: Limits | None = None,
    among: int | None = None,
) -> Record:
    """Run persons (constants (C, N)) over a grid with inputs (K, U), from ``start`` (S, N) or the model's own.

    Persons go in blocks of a fixed number of lanes, the last one padded with copies of its last person.
    ``precision`` is that of the computation; what comes back is in 64 bits. ``limits`` are watched every hour and
    whenever an input changes; watching moves no number. ``among`` how many persons these are in all, who are run in
    turns: then all turns have blocks of one size, and only that is compiled.
    """
    persons = constants.shape[1]
    start = starting_states(program, constants) if start is None else start
    varying = varying or Varying.still(program, constants)
    lanes = lanes_of(precision, persons if among is None else among)
    blocks = [slice(first, min(first + lanes, persons)) for first in range(0, persons, lanes)]

    values = np.empty((len(grid.samples), len(keep), persons))
    watch = Watch.of(grid, inputs, keep, limits or {})

    def one(block: slice, report: Progress) -> tuple[Floats, Floats, Beyond]:
        who = pad(constants[:, block], lanes), pad(start[:, block], lanes)
        own = varying.of_block(block, lanes)
        return _run_block(program, *who, own, grid, inputs, watch, values[..., block], report, _TYPES[precision])

    parts = side_by_side([partial(one, block) for block in blocks], progress)
    last, lost = (np.concatenate([part[i] for part in parts], axis=-1)[..., :persons] for i in range(2))
    beyond = Beyond.joined([part[2] for part in parts])
    return Record(tuple(keep), grid.time[grid.samples], values, last, lost, beyond)


def _run_block(
    program: Program,
    constants: Floats,
    start: Floats,
    varying: Varying,
    grid: Grid,
    inputs: Floats,
    watch: Watch,
    values: Floats,
    progress: Progress,
    kind: Any,
) -> tuple[Floats, Floats, Beyond]:
    """Run one block of lanes, write what it shows into ``values`` (samples, quantities, persons of the block)."""
    advance, weigh, begin, observe = _compiled(program)
    fixed = jnp.asarray(constants, kind)
    rows = [*program.states, *program.rules]
    shown_rows = [rows.index(name) for name in watch.names]
    picks = jnp.asarray([*shown_rows, *[0] * (-len(shown_rows) % _PICKS)], dtype=jnp.int64)
    lost = np.full(constants.shape[1], np.nan)
    seen = looked = 0
    persons = values.shape[-1]
    beyond = Beyond.nobody(persons)
    carry: Any = None
    sizes, kinds, occurring = _classes(grid.step)
    weights = weigh(fixed, sizes, occurring)
    for call in _calls(grid, watch.rows, kinds, inputs, kind):
        knots = varying.knots(call.first, kind)
        if carry is None:
            carry = begin(jnp.asarray(start, kind), fixed, knots, call.runs[2][0], call.steps[0][0])
        carry, states = advance(carry, fixed, weights, knots, call.steps, call.runs, call.intervals)
        broken = ~(np.abs(np.asarray(carry[0])) < FARTHEST).all(axis=0) & np.isnan(lost)
        lost[broken] = call.until
        count = int(call.looks[0])
        if count and watch.names:
            shown = np.asarray(observe(states, fixed, knots, call.looks, picks))[:count, :, :persons]
            away = np.flatnonzero((np.abs(shown) > FARTHEST).any(axis=(0, 1)))  # and back before the call ends
            lost[away] = np.fmin(lost[away], call.until)
            here = slice(looked, looked + count)
            kept = shown[watch.kept[here], : watch.recorded]
            values[seen : seen + len(kept)] = kept
            beyond.look(watch.limits, grid.time[watch.rows[here]], shown[:, watch.watched])
            seen += len(kept)
        looked += count
        progress(call.share)
    return np.asarray(carry[0], np.float64), lost, beyond


@dataclass(frozen=True)
class _Call:
    """What one call of ``advance`` and ``observe`` is given; ``first`` is the interval between knots it begins in."""

    first: int
    steps: tuple[Any, ...]
    runs: tuple[Any, ...]
    intervals: tuple[Any, ...]
    looks: tuple[Any, ...]
    until: float
    share: float


def _calls(
    grid: Grid, looks_at: NDArray[np.int64], kinds: NDArray[np.int64], inputs: Floats, kind: Any
) -> Iterator[_Call]:
    """Divide a grid into calls of at most STEPS steps, LOOKS looks and INTERVALS intervals between knots."""
    interval = np.floor(grid.time / KNOT + 1e-9).astype(np.int64)
    turned = np.diff(interval, prepend=interval[0]) != 0
    changed = (np.diff(inputs, axis=0, prepend=inputs[:1]) != 0).any(axis=1)
    changed[0] = True
    looked = np.zeros(len(grid.time), dtype=np.int64)
    looked[looks_at] = 1
    before = np.cumsum(looked) - looked
    time, step, put = (values.astype(kind) for values in (grid.time, grid.step, inputs))
    begun = changed | turned | (looked > 0) | (np.diff(kinds, prepend=kinds[0]) != 0)
    first = 0
    while first < len(grid.time):
        full = np.searchsorted(before + looked, before[first] + LOOKS, side="right")
        last = int(min(first + STEPS, full, np.searchsorted(interval, interval[first] + INTERVALS)))
        rows = slice(first, last)
        short = STEPS - (last - first)
        place = np.where(looked[rows] > 0, before[rows] - before[first], LOOKS)
        steps = (np.pad(time[rows], (0, short), mode="edge"), np.pad(step[rows], (0, short)))
        inside = interval[rows] - interval[first]
        begins = np.flatnonzero(begun[rows] | (np.arange(first, last) == first))
        unused = STEPS - len(begins)
        runs = (
            np.pad(begins, (0, unused + 1), constant_values=last - first),
            np.pad(kinds[rows][begins], (0, unused)),
            np.pad(put[rows][begins], ((0, unused), (0, 0)), mode="edge"),
            np.pad(changed[rows][begins], (0, unused)),
            np.pad(place[begins], (0, unused), constant_values=LOOKS),
        )
        intervals = inside[-1] + 1, np.searchsorted(inside[begins], np.arange(INTERVALS + 1))
        chosen = np.flatnonzero(looked[rows])
        chosen = np.pad(chosen, (0, LOOKS - len(chosen)))
        looks = (
            np.int64(looked[rows].sum()),
            put[rows][chosen],
            time[rows][chosen],
            inside[chosen],
        )
        until, share = float(grid.time[last - 1]), last / len(grid.time)
        yield _Call(int(interval[first]), steps, runs, intervals, looks, until, share)
        first = last


def _classes(step: Floats) -> tuple[Floats, NDArray[np.int64], np.int64]:
    """Sizes of steps that occur, padded to a multiple of CLASSES; which of them each step has; and how many occur."""
    sizes, kinds = np.unique(np.round(step, 9), return_inverse=True)
    room = CLASSES * -(-len(sizes) // CLASSES)
    return np.pad(sizes, (0, room - len(sizes))), kinds, np.int64(len(sizes))
