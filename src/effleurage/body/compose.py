"""Join systems by quantity name into one body: Antimony text, SBML, and the wiring that follows from it.

Each quantity is defined once. A missing, doubled or unread name is an error that names both files.
An arrow switched off makes its target read the source's resting value instead, in the SBML too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from effleurage.body import RESIDENT
from effleurage.body.equations import Equation, read_equations, substitute
from effleurage.body.ledger import Input, Quantity, System, read_system
from effleurage.body.parameter import Parameter
from effleurage.body.units import DEFINITIONS, in_model
from effleurage.body.wiring import Arrow, arrows_of, plugged, wiring_faults
from effleurage.errors import BodyError, Finding, RequestError, nearest

LISTS = "effleurage model --json"
"""The command that lists every quantity, input and parameter by name."""
WIRING = "effleurage model wiring"
"""The command that lists every arrow."""


@dataclass(frozen=True)
class Body:
    """All systems together. ``cut`` are the arrows switched off.

    A ``switched`` body has a constant for every arrow, 1 for on and 0 for off, named by ``switches``.
    """

    systems: tuple[System, ...]
    equations: tuple[Equation, ...]
    cut: tuple[Arrow, ...] = ()
    switched: bool = False

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """What a protocol may set."""
        return {name: row for system in self.systems for name, row in system.inputs.items()}

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """Every variable the equations define."""
        return {name: row for system in self.systems for name, row in system.quantities.items()}

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every ledger row."""
        return {name: row for system in self.systems for name, row in system.parameters.items()}

    @cached_property
    def arrows(self) -> tuple[Arrow, ...]:
        """The wiring, computed from the equations: every (source, target) among inputs and quantities."""
        return arrows_of(self.equations, set(self.quantities) | set(self.inputs))

    @cached_property
    def slow(self) -> Mapping[str, str]:
        """States that settle too slowly to wait for, and how each is balanced."""
        return {name: row.settle for name, row in self.quantities.items() if row.settle}

    @cached_property
    def antimony(self) -> str:
        """The whole body as one Antimony model (time in minutes)."""
        return _antimony(self)

    @cached_property
    def sbml(self) -> str:
        """The whole body as SBML level 3; literals carry ``dimensionless``. Raises ``BodyError``."""
        return _sbml(self.antimony)

    @cached_property
    def digest(self) -> str:
        """Fingerprint of equations, numbers and cut arrows."""
        return hashlib.sha256(self.antimony.encode()).hexdigest()[:16]

    @cached_property
    def switches(self) -> Mapping[Arrow, str]:
        """Arrow -> the constant that switches it in a switched body."""
        own = {arrow: f"on_{number}" for number, arrow in enumerate(self.arrows) if arrow not in self.cut}
        return own if self.switched else {}

    def with_switches(self) -> Body:
        """The same body with a switch in every arrow: slower, but one program for all ablations."""
        return replace(self, switched=True)

    def system_of(self, name: str) -> str:
        """The system that holds a quantity, input or parameter."""
        for table in (self.quantities, self.inputs, self.parameters):
            if name in table:
                return table[name].system
        raise RequestError(Finding("", f"nothing is called '{name}'", self.suggest(name)))

    def suggest(self, name: str) -> str:
        """The nearest quantity, input or parameter."""
        return nearest(name, [*self.quantities, *self.inputs, *self.parameters], LISTS)

    def readers(self, name: str) -> list[str]:
        """Targets whose definitions read ``name``."""
        return sorted({e.target for e in self.equations if name in e.reads})

    def without(self, arrows: Iterable[str]) -> Body:
        """The body with arrows switched off, each written ``source->target``; system names stand for all of theirs.

        Raises ``RequestError`` naming every arrow that does not exist.
        """
        wanted: set[Arrow] = set(self.cut)
        findings: list[Finding] = []
        for text in arrows:
            source, dash, target = (part.strip() for part in text.partition("->"))
            matched = [a for a in self.arrows if self._named(a[0], source) and self._named(a[1], target)]
            if not dash or not matched:
                written = [f"{a}->{b}" for a, b in self.arrows]
                fix = nearest(text.replace(" ", ""), written, WIRING)
                findings.append(Finding("--without", f"no arrow '{text}'", fix))
            wanted |= set(matched)
        if findings:
            raise RequestError(findings)
        return Body(self.systems, self.equations, tuple(sorted(wanted)))

    def _named(self, variable: str, name: str) -> bool:
        return variable == name or self.system_of(variable) == name


def compose(names: Sequence[str] = RESIDENT, folder: Path | None = None) -> Body:
    """Read the named systems and join them.

    Raises ``BodyError`` with every finding: rows without source or unit, names missing, doubled or
    unread, bare numbers in equations, and whatever libSBML finds in units and consistency.
    """
    folder = folder or Path(__file__).parent
    systems, equations, findings = [], [], []
    for name in names:
        try:
            system = read_system(folder, name)
        except BodyError as error:
            findings += list(error.findings)
            continue
        found, faults = read_equations(system.equations, name)
        systems.append(system)
        equations += found
        findings += faults
    systems = plugged(systems)
    if not findings:
        findings = wiring_faults(systems, equations)
    if findings:
        raise BodyError(findings)
    return Body(tuple(systems), tuple(equations))


def _antimony(body: Body) -> str:
    cut = set(body.cut)
    lines = ["model effleurage()"]
    lines += [f"  unit {name} = {definition};" for name, definition in DEFINITIONS.items()]
    lines += ["  unit time_unit = 60 second;", "  unit substance = 1e9 item;", "  unit extent = 1e9 item;"]
    references: set[str] = set()
    events: dict[tuple[str, str], list[str]] = {}
    for equation in body.equations:
        expression, trigger = equation.expression, equation.trigger
        for source in sorted(equation.reads):
            if (source, equation.target) in cut:
                references.add(source)
                expression = substitute(expression, source, f"{source}_at_rest")
                trigger = substitute(trigger, source, f"{source}_at_rest")
            elif (source, equation.target) in body.switches:
                references.add(source)
                switch = body.switches[(source, equation.target)]
                mixed = f"({source}_at_rest + {switch}*({source} - {source}_at_rest))"
                expression = substitute(expression, source, mixed)
                trigger = substitute(trigger, source, mixed)
        if equation.kind == "event":
            events.setdefault((equation.event, trigger), []).append(f"{equation.target} = {expression}")
        else:
            sign = "' =" if equation.kind == "rate" else " :="
            lines.append(f"  {equation.target}{sign} {expression};")
    for index, ((name, trigger), assignments) in enumerate(events.items()):
        lines.append(f"  {name}_{index}: at {trigger}: {', '.join(assignments)};")
    held = {e.target for e in body.equations if e.kind == "event"}
    ruled = {e.target for e in body.equations if e.kind == "rule"}
    for name, quantity in body.quantities.items():
        if name not in ruled:
            prefix = "var " if name in held else ""
            lines.append(f"  {prefix}{name} = {quantity.rest};")
        lines.append(f"  {name} has {quantity.unit};")
    for row in body.inputs.values():
        lines.append(f"  var {row.name} = {row.rest!r}; {row.name} has {row.unit};")
    for parameter in body.parameters.values():
        value, unit = in_model(float(parameter.value), parameter.unit)
        lines.append(f"  const {parameter.name} = {value!r}; {parameter.name} has {unit};")
    lines += [f"  const {switch} = 1; {switch} has dimensionless;" for switch in body.switches.values()]
    for name in sorted(references):
        rested = body.quantities.get(name) or body.inputs[name]
        kind, sign = ("var", ":=") if isinstance(rested.rest, str) else ("const", "=")
        lines.append(f"  {kind} {name}_at_rest {sign} {rested.rest}; {name}_at_rest has {rested.unit};")
    return "\n".join([*lines, "end", ""])


def _sbml(text: str) -> str:
    import antimony
    import libsbml

    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        raise BodyError(
            Finding("body", f"Antimony cannot read the equations: {antimony.getLastError()}", "Mend the .ant file.")
        )
    document = libsbml.readSBMLFromString(antimony.getSBMLString("effleurage"))
    _mark_literals(document.getModel())
    document.checkConsistency()
    faults = [document.getError(i) for i in range(document.getNumErrors())]
    if faults:
        raise BodyError(
            [
                Finding(
                    "body", f"libSBML {f.getErrorId()}: {' '.join(f.getMessage().split())[:400]}", "Mend the units."
                )
                for f in faults
            ]
        )
    return str(libsbml.writeSBMLToString(document))


def _mark_literals(model: object) -> None:
    """Give every literal number the unit ``dimensionless``, so that the unit check leaves nothing out."""
    import libsbml

    def mark(node: libsbml.ASTNode) -> None:
        if node.isNumber() and not node.isSetUnits():
            node.setUnits("dimensionless")
        for index in range(node.getNumChildren()):
            mark(node.getChild(index))

    elements = model.getListOfAllElements()  # type: ignore[attr-defined]
    for index in range(elements.getSize()):
        element = elements.get(index)
        if hasattr(element, "getMath") and element.getMath() is not None:
            math = element.getMath().deepCopy()
            mark(math)
            element.setMath(math)
