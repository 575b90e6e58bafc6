"""Carry out a protocol on people, and on the same people without the massage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from effleurage.arrays import Floats
from effleurage.asked import afford, asked
from effleurage.body import CHALLENGES, RESIDENT
from effleurage.body.compose import LISTS, Body, compose
from effleurage.engine.grid import Grid, lay_grid, lay_inputs
from effleurage.engine.program import Program, load_program
from effleurage.engine.run import Precision, run
from effleurage.engine.settle import settled_states
from effleurage.engine.threads import Progress, side_by_side
from effleurage.engine.trajectory import to_dataset
from effleurage.errors import Finding, RequestError, nearest
from effleurage.people.cohort import Cohort, Person
from effleurage.people.labels import quantity_labels, run_labels
from effleurage.people.life import limits_of, moment, warn_of
from effleurage.people.room import IN_CHUNKS, of_a_person
from effleurage.people.within import Setting, flowing_of, made_for
from effleurage.protocol.given import GivenProtocol, protocol_of
from effleurage.protocol.model import Protocol
from effleurage.shown import Shown

if TYPE_CHECKING:
    import xarray as xr

CONTROLS = ("rest", "none")
"""Controls that are made of the protocol itself: the same visit without hands, and no visit."""
_SETTLING = 0.2


@dataclass(frozen=True)
class Twin(Shown):
    """The same persons in two worlds with shared randomness: ``treated`` and ``control`` trajectories.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.twin(ef.example("noto-2010-leg-massage"), "none", people=2, keep=["vagal"])
    Twin('Noto 2010, leg massage' beside 'Noto 2010, leg massage (control: none)'; time: 121, person: 2)
    """

    treated: xr.Dataset
    control: xr.Dataset

    def __repr__(self) -> str:
        titles = " beside ".join(f"'{world.attrs.get('title', '?')}'" for world in (self.treated, self.control))
        return f"Twin({titles}; {', '.join(f'{name}: {size}' for name, size in self.treated.sizes.items())})"

    @property
    def difference(self) -> xr.Dataset:
        """Treated - control, quantity by quantity, in the quantity's unit; NaN for a person either world lost."""
        import xarray as xr

        with xr.set_options(keep_attrs=True):
            return self.treated - self.control


@cache
def resident_body(without: tuple[str, ...] = (), challenges: tuple[str, ...] = ()) -> Body:
    """The body with its resident systems and the named challenges, and with the named arrows switched off."""
    if without:
        return resident_body((), challenges).without(without)
    return compose((*RESIDENT, *challenges))


def whole_body(without: tuple[str, ...] = ()) -> Body:
    """The body with every challenge: for names, numbers and wiring of whatever may be switched on."""
    return resident_body(without, CHALLENGES)


def challenges_of(protocols: Iterable[Protocol]) -> tuple[str, ...]:
    """The challenge systems whose inputs the protocols set."""
    inputs = {name for protocol in protocols for entry in protocol.timeline for name in entry.reads()}
    beyond = inputs - set(resident_body().inputs)
    return tuple(name for name in CHALLENGES if name in {whole_body().system_of(own) for own in beyond})


def program_of(body: Body) -> Program:
    """The body made ready to run, from disk where it is known."""
    return replace(load_program(lambda: body.sbml, body.digest), flowing=flowing_of(body))


def readouts(body: Body) -> tuple[str, ...]:
    """Quantities that a laboratory may read."""
    return tuple(name for name, row in body.quantities.items() if row.readout)


def own_values(cohort: Cohort, name: str) -> Floats:
    """Every person's own value of a ledger row (N,), in the row's unit."""
    return cohort.values(whole_body().parameters[name])


People: TypeAlias = int | Person | Cohort
"""Who is simulated: how many, one person, or a cohort."""


def people_of(
    protocol: Protocol, people: People | None, seed: int, settings: Mapping[str, Setting], *, beyond: bool = False
) -> Cohort:
    """The cohort a protocol asks for, with the caller's number and settings on top."""
    asked: dict[str, Setting] = {k: v for k, v in protocol.people.items() if k != "number"}
    if isinstance(people, Cohort):
        return replace(people, settings={**asked, **people.settings, **settings}, beyond=beyond or people.beyond)
    if isinstance(people, Person):
        own, still = {**asked, **people.settings, **settings}, not people.luck
        return Cohort(np.array([people.index]), own, seed, typical=still, steady=still, beyond=beyond)
    number = people if people is not None else int(protocol.people.get("number", 1))  # type: ignore[arg-type]
    return replace(Cohort.of(number, seed, {**asked, **settings}), beyond=beyond)


def body_of(protocols: Iterable[Protocol], without: Iterable[str] = ()) -> Body:
    """The body that protocols need: the resident systems and the challenges that they switch on."""
    return resident_body(tuple(without), challenges_of(protocols))


@asked
def simulate(
    protocol: GivenProtocol,
    people: People | None = None,
    *,
    seed: int = 1,
    settings: Mapping[str, Setting] | None = None,
    without: Iterable[str] = (),
    keep: Sequence[str] | None = None,
    beyond: bool = False,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Carry out a protocol; returns a trajectory (time, person) at the protocol's sampling times.

    ``protocol``: a ``Protocol``, the path of its file, or its text. ``people``: how many, one ``Person``, or a
    ``Cohort``; by default as many as the protocol says. ``settings``: ledger rows set by hand, in their units; what is
    ten times beyond the ledger's own value is refused unless ``beyond``. ``without``: arrows switched off,
    ``"source->target"``. ``keep``: quantities to record, by default every read-out. ``progress`` is called with the
    share that is done, 0 to 1.

    Raises ``RequestError`` for unknown names, ``ProtocolError`` for what cannot be carried out.

    Example
    -------
    >>> import effleurage as ef
    >>> world = ef.simulate(ef.example("noto-2010-leg-massage"), people=2, keep=["cortisol"])
    >>> world.sizes["person"], world.cortisol.attrs["units"]
    (2, 'nmol/L')
    """
    asked = protocol_of(protocol)
    cohort = people_of(asked, people, seed, settings or {}, beyond=beyond)
    return Worlds.of([asked], without, keep).carry_out(cohort, progress)[0]


@asked
def twin(
    protocol: GivenProtocol,
    against: Literal["rest", "none"] | GivenProtocol = "rest",
    people: People | None = None,
    *,
    seed: int = 1,
    settings: Mapping[str, Setting] | None = None,
    without: Iterable[str] = (),
    keep: Sequence[str] | None = None,
    beyond: bool = False,
    progress: Progress | None = None,
    warn: bool = True,
) -> Twin:
    """The same people with and without: both worlds share persons, luck, settled start and grid of steps.

    ``protocol``: a ``Protocol``, the path of its file, or its text; ``against``: ``"rest"`` (the same visit without
    hands), ``"none"`` (no visit) or another protocol. ``people``: how many, one ``Person``, or a ``Cohort``.
    ``settings``: ledger rows set by hand, in their units, far ones only if ``beyond``; ``without``: arrows switched
    off, ``"source->target"``; ``keep``: quantities to record, by default every read-out; ``warn``: of people who pass
    the limits of life; ``progress`` is called with the share that is done, 0 to 1.

    Raises ``RequestError`` for unknown names, ``ProtocolError`` for what cannot be carried out.

    Example
    -------
    >>> import effleurage as ef
    >>> worlds = ef.twin(ef.example("noto-2010-leg-massage"), "rest", people=2, keep=["muscle_tension"])
    >>> bool((worlds.difference.muscle_tension.isel(time=-1) <= 0).all())
    True
    """
    asked = protocol_of(protocol)
    worlds = Worlds.of([asked, control_of(asked, against)], without, keep)
    return Twin(*worlds.carry_out(people_of(asked, people, seed, settings or {}, beyond=beyond), progress, warn=warn))


def control_of(protocol: Protocol, against: Literal["rest", "none"] | GivenProtocol) -> Protocol:
    """What a protocol is held against: ``"rest"``, ``"none"``, or another protocol however it is given."""
    if isinstance(against, str) and against in CONTROLS:
        return protocol.against("rest" if against == "rest" else "none")
    return protocol.against(protocol_of(against))


@dataclass(frozen=True)
class Worlds:
    """Protocols made ready to be carried out on the same people, as often as there are cohorts of them."""

    protocols: tuple[Protocol, ...]
    body: Body
    program: Program
    keep: tuple[str, ...]
    precision: Precision = "double"

    @classmethod
    def of(
        cls,
        protocols: Sequence[Protocol],
        without: Iterable[str] = (),
        keep: Sequence[str] | None = None,
        precision: Precision = "double",
    ) -> Worlds:
        """``keep``: quantities to record, by default every read-out. Raises ``RequestError`` for unknown names.

        ``precision``: 64 bits, or 32 bits in two thirds of the time.
        """
        body = body_of(protocols, without)
        kept = tuple(keep) if keep is not None else readouts(body)
        if unknown := [name for name in kept if name not in body.quantities]:
            raise RequestError([Finding("", f"no quantity '{n}'", nearest(n, body.quantities, LISTS)) for n in unknown])
        return cls(tuple(protocols), body, program_of(body), kept, precision)

    def check_room(self, number: int, where: str = "people", what: str = "people") -> None:
        """Raise ``RequestError`` where ``number`` of people at once take more memory than there may be."""
        each = of_a_person(self.body, self.program, self._laid[0], len(self.protocols), len(self.keep))
        afford(where, what, number, each, IN_CHUNKS)

    @cached_property
    def _laid(self) -> tuple[Grid, list[Floats]]:
        """The grid of steps that the worlds share, and the inputs of each."""
        schedules = [protocol.schedule() for protocol in self.protocols]
        grid, rest = lay_grid(schedules), {name: row.rest for name, row in self.body.inputs.items()}
        return grid, [lay_inputs(schedule, grid, self.program.inputs, rest) for schedule in schedules]

    def settled(self, cohort: Cohort, progress: Progress | None = None, *, remember: bool = True) -> Floats:
        """Where the cohort stands after ordinary days: states (S, persons)."""
        who, day = cohort.constants(self.body, self.program), self.protocols[0].ordinary_day()
        return settled_states(self.program, who, day, self.body.slow, progress, remember)

    def carry_out(
        self,
        cohort: Cohort,
        progress: Progress | None = None,
        *,
        remember: bool = True,
        warn: bool = True,
        start: Floats | None = None,
        only: Sequence[int] | None = None,
    ) -> list[xr.Dataset]:
        """One trajectory (time, person) a protocol; the cohort's settings are final.

        ``remember``: keep the settled start on disk, for the next run of the same people. ``warn``: of people who pass
        the limits of life, by ``BeyondLife``; the coordinate ``beyond`` names them all the same. ``start``: of people
        who differ in nothing that an ordinary day reads. ``only``: places of the protocols carried out, else all.
        """
        self.check_room(len(cohort.persons))
        body, constants = self.body, cohort.constants(self.body, self.program)
        report = progress or (lambda share: None)
        if start is None:
            start = self.settled(cohort, lambda share: report(_SETTLING * share), remember=remember)
        grid, laid = self._laid
        program = made_for(self.program, cohort.settings)
        varying = cohort.varying(body, program, constants, float(grid.time[-1]))
        labels, limits = quantity_labels(body), limits_of(body)

        def world(protocol: Protocol, inputs: Floats, report: Progress) -> xr.Dataset:
            record = run(
                program,
                constants,
                grid,
                inputs,
                keep=self.keep,
                start=start,
                varying=varying,
                progress=report,
                precision=self.precision,
                limits=limits,
            )
            seen = record.beyond
            where = [
                "" if at < 0 else moment(body, tuple(limits)[at], value, minute)
                for at, value, minute in zip(seen.quantity, seen.value, seen.minute, strict=True)
            ]
            shown = to_dataset(record, cohort.persons, labels, run_labels(protocol, cohort, body))
            return shown.assign_coords(beyond=("person", where))

        worlds = side_by_side(
            [partial(world, self.protocols[place], laid[place]) for place in only or range(len(laid))],
            lambda share: report(_SETTLING + (1 - _SETTLING) * share),
        )
        if warn:
            warn_of(worlds)
        return worlds
