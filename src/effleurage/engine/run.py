"""One entry point: persons, grid and inputs in; states and rules at the sample times out."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import jax
import jax.export
import jax.numpy as jnp
import numpy as np

from effleurage.engine import kernel
from effleurage.engine.grid import Floats, Grid
from effleurage.engine.kernel import CHUNK, CLASSES, LANES, SLOTS, make_advance, make_observe
from effleurage.engine.program import Program, cache_folder, write_atomically
from effleurage.engine.threads import Progress, side_by_side

_ROWS = 32


@dataclass(frozen=True)
class Varying:
    """Constants that change by the clock hour: ``names`` and their values (hours, names, persons)."""

    names: tuple[str, ...]
    values: Floats

    @classmethod
    def none(cls, persons: int) -> Varying:
        """Nothing varies."""
        return cls((), np.zeros((1, 0, persons)))


@dataclass(frozen=True)
class Record:
    """``values`` (samples, quantities, persons) in the order of ``names``; ``last`` (states, persons) at the end.

    ``lost`` (persons,): minute at which a person's states stopped being finite, else NaN.
    """

    names: tuple[str, ...]
    time: Floats
    values: Floats
    last: Floats
    lost: Floats


@cache
def _compiled(program: Program) -> tuple[Any, ...]:
    folder = cache_folder() / "xla"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.2)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    advance, begin = make_advance(program)
    traced = {"advance": advance, "begin": begin, "observe": make_observe(program)}
    return tuple(_Kept(function, f"{name} {program.digest}") for name, function in traced.items())


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
        how = Path(kernel.__file__).read_bytes()
        key = sha256(repr((self._name, shapes, jax.__version__)).encode() + how).hexdigest()[:24]
        path = cache_folder() / "traced" / key
        try:
            exported = jax.export.deserialize(bytearray(path.read_bytes()))
        except (OSError, ValueError, IndexError, struct.error):
            likes = jax.tree.unflatten(tree, [jax.ShapeDtypeStruct(shape, kind) for shape, kind in shapes])
            exported = jax.export.export(jax.jit(self._function))(*likes)
            write_atomically(path, bytes(exported.serialize()))
        return jax.jit(exported.call)


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
) -> Record:
    """Run persons (constants (C, N)) over a grid with inputs (K, U), from ``start`` (S, N) or the model's own.

    Persons go in blocks of a fixed number of lanes, the last one padded with copies of its last person.
    """
    persons = constants.shape[1]
    start = starting_states(program, constants) if start is None else start
    varying = varying or Varying.none(persons)
    blocks = [slice(first, min(first + LANES, persons)) for first in range(0, persons, LANES)]

    def one(block: slice, report: Progress) -> tuple[Floats, Floats, Floats]:
        own = Varying(varying.names, _pad(varying.values[:, :, block]))
        return _run_block(program, _pad(constants[:, block]), _pad(start[:, block]), own, grid, inputs, keep, report)

    parts = side_by_side([partial(one, block) for block in blocks], progress)
    values, last, lost = (np.concatenate([part[i] for part in parts], axis=-1)[..., :persons] for i in range(3))
    return Record(tuple(keep), grid.time[grid.samples], values, last, lost)


def _pad(values: Floats) -> Floats:
    short = LANES - values.shape[-1]
    return np.concatenate([values, np.repeat(values[..., -1:], short, axis=-1)], axis=-1) if short else values


def _run_block(
    program: Program,
    constants: Floats,
    start: Floats,
    varying: Varying,
    grid: Grid,
    inputs: Floats,
    keep: Sequence[str],
    progress: Progress,
) -> tuple[Floats, Floats, Floats]:
    advance, begin, observe = _compiled(program)
    fixed = jnp.asarray(constants)
    spare = SLOTS - len(varying.names) % SLOTS
    nowhere = [len(program.constants)] * spare
    places = jnp.asarray([*(program.constants.index(n) for n in varying.names), *nowhere], dtype=jnp.int64)
    hourly = np.pad(varying.values, ((0, 0), (0, spare), (0, 0)))
    sizes, kinds = _classes(grid.step)
    steps = len(grid.time)
    hours = np.minimum(grid.hour, len(varying.values) - 1)
    lost = np.full(LANES, np.nan)
    wanted = np.zeros(steps, dtype=bool)
    wanted[grid.samples] = True
    kept: list[Floats] = []
    carry: Any = None
    for first in range(0, steps, CHUNK):
        rows = slice(first, min(first + CHUNK, steps))
        short = CHUNK - (rows.stop - rows.start)
        h0 = int(hours[rows.start])
        span = _hours(hourly, h0)
        time = np.pad(grid.time[rows], (0, short), mode="edge")
        size = np.pad(grid.step[rows], (0, short))
        kind = np.pad(kinds[rows], (0, short), constant_values=kinds[-1])
        given = np.pad(inputs[rows], ((0, short), (0, 0)), mode="edge")
        hour = np.pad(hours[rows] - h0, (0, short), mode="edge")
        if carry is None:
            carry = begin(jnp.asarray(start), fixed, (places, span), jnp.asarray(given[0]), jnp.asarray(time[0]))
        carry, states = advance(carry, fixed, (places, span), (time, size, kind, sizes, given, hour))
        broken = ~np.isfinite(np.asarray(carry[0])).all(axis=0) & np.isnan(lost)
        lost[broken] = grid.time[rows.stop - 1]
        chosen = np.flatnonzero(wanted[rows])
        if len(chosen):
            kept.append(_look(program, observe, states, fixed, (places, span), given, time, hour, chosen, keep))
        progress(rows.stop / steps)
    return np.concatenate(kept) if kept else np.zeros((0, len(keep), LANES)), np.asarray(carry[0]), lost


def _hours(values: Floats, first: int) -> Floats:
    """A window of the hourly values long enough for any chunk of steps of at most 5 minutes."""
    window = values[first : first + CHUNK // 8]
    return np.pad(window, ((0, CHUNK // 8 - len(window)), (0, 0), (0, 0)), mode="edge")


def _classes(step: Floats) -> tuple[Floats, Any]:
    sizes, kinds = np.unique(np.round(step, 9), return_inverse=True)
    room = CLASSES * -(-len(sizes) // CLASSES)
    return np.pad(sizes, (0, room - len(sizes))), kinds


def _look(
    program: Program,
    observe: Callable[..., Any],
    states: Any,
    constants: Any,
    varying: Any,
    inputs: Floats,
    time: Floats,
    hour: Any,
    chosen: Any,
    keep: Sequence[str],
) -> Floats:
    state_row = {name: index for index, name in enumerate(program.states)}
    rule_row = {name: index for index, name in enumerate(program.rules)}
    found = np.empty((len(chosen), len(keep), LANES))
    y = np.asarray(states)[chosen]
    for index, name in enumerate(keep):
        if name in state_row:
            found[:, index] = y[:, state_row[name]]
    columns = [(index, rule_row[name]) for index, name in enumerate(keep) if name in rule_row]
    if columns:
        for first in range(0, len(chosen), _ROWS):
            part = chosen[first : first + _ROWS]
            short = _ROWS - len(part)
            padded = np.pad(part, (0, short), mode="edge")
            rules = np.asarray(
                observe(np.asarray(states)[padded], constants, varying, inputs[padded], time[padded], hour[padded])
            )
            for index, row in columns:
                found[first : first + len(part), index] = rules[: len(part), row]
    return found
