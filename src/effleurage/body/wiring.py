"""The wiring of the systems of a body: each name has one home, one definition and a reader.

Systems meet by the names of quantities, so all that can be wrong between them is a name: one that stands twice, that
nobody defines, or that nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from effleurage.body import CHALLENGES
from effleurage.body.equations import Equation, names_in
from effleurage.body.ledger import System
from effleurage.body.units import KNOWN
from effleurage.errors import Finding, nearest

Arrow = tuple[str, str]
"""(source, target): the target's equation reads the source."""


def arrows_of(equations: Iterable[Equation], variables: set[str]) -> tuple[Arrow, ...]:
    """Every arrow between ``variables`` (quantities and inputs), in the order of their targets."""
    found = {(source, e.target) for e in equations for source in e.reads & variables}
    return tuple(sorted(found, key=lambda arrow: (arrow[1], arrow[0])))


def plugged(systems: Sequence[System]) -> list[System]:
    """The systems with every input left out that a challenge defines: the socket becomes an arrow."""
    driven = {name for system in systems if system.name in CHALLENGES for name in system.quantities}
    return [
        replace(system, inputs={name: row for name, row in system.inputs.items() if name not in driven})
        for system in systems
    ]


def wiring_faults(systems: Sequence[System], equations: Sequence[Equation]) -> list[Finding]:
    """All that is wrong with the names that join systems, and with the units in their rows; empty where all is well."""
    home = {name: system.name for system in systems for name in _rows(system)}
    return [*_row_faults(systems), *_definition_faults(equations, home), *_reader_faults(systems, equations)]


def _rows(system: System) -> list[str]:
    """Names of all rows of a ledger."""
    return [*system.inputs, *system.quantities, *system.parameters]


def _row_faults(systems: Sequence[System]) -> Iterator[Finding]:
    """Rows of a name that another row has, or in a unit that nobody knows."""
    home: dict[str, str] = {}
    for system in systems:
        for section in (system.inputs, system.quantities, system.parameters):
            for name, row in section.items():
                if name in home:
                    what = f"'{name}' stands in {home[name]}.toml too"
                    yield Finding(f"{system.name}.toml", what, "Keep one of them.")
                home[name] = system.name
                if row.unit not in KNOWN:
                    yield Finding(f"{system.name}.toml, {name}", f"unit '{row.unit}'", nearest(row.unit, KNOWN))


def _definition_faults(equations: Sequence[Equation], home: Mapping[str, str]) -> Iterator[Finding]:
    """Equations of what is defined already, of what has no row in their system, and that read what has none anywhere.

    Events may set what is defined in their own system, and several of them may set the same.
    """
    defined: dict[str, Equation] = {}
    for equation in equations:
        where = f"{equation.system}.ant, line {equation.line}"
        first = defined.setdefault(equation.target, equation)
        both = {first.kind, equation.kind}
        if first is not equation and ("event" not in both or first.system != equation.system):
            what = f"'{equation.target}' is defined in {first.system}.ant, line {first.line} too"
            yield Finding(where, what, "Keep one.")
        if home.get(equation.target) != equation.system:
            what = f"'{equation.target}' has no row in {equation.system}.toml"
            yield Finding(where, what, "Give it a row under [quantities].")
        for name in sorted(equation.reads - set(home)):
            what = f"'{name}', read by {equation.target}, is defined nowhere"
            yield Finding(where, what, nearest(name, home))


def _reader_faults(systems: Sequence[System], equations: Sequence[Equation]) -> Iterator[Finding]:
    """Quantities that no equation defines, and rows that nothing reads and that are no readout."""
    defined = {equation.target for equation in equations}
    own = {e.target for e in equations if e.target in names_in(e.expression + " " + e.trigger)}
    read = own.union(*(e.reads for e in equations))
    for system in systems:
        for name, row in system.quantities.items():
            if name not in defined:
                what = f"no equation in {system.name}.ant defines it"
                yield Finding(f"{system.name}.toml, {name}", what, "Add one, or drop the row.")
            if isinstance(row.rest, str):
                read |= names_in(row.rest)
        shown = {name for name, quantity in system.quantities.items() if quantity.readout}
        for name in sorted(set(_rows(system)) - shown - read):
            fix = "Drop the row, read it, or mark it readout = true."
            yield Finding(f"{system.name}.toml, {name}", "nothing reads it", fix)
