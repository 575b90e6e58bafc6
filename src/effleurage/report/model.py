"""The body explained: a quantity's equation, its numbers with source and grade, and who reads or sets it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from effleurage.asked import asked
from effleurage.body.compose import LISTS, Body
from effleurage.body.equations import Equation, names_in
from effleurage.body.ledger import GRADES, Input, Quantity
from effleurage.body.parameter import Parameter
from effleurage.body.sources import cited
from effleurage.body.units import shown
from effleurage.engine.grid import HOUR
from effleurage.errors import Finding, RequestError, nearest
from effleurage.people.simulate import whole_body
from effleurage.protocol.stimuli import catalogue
from effleurage.report.stimuli import explained, listed, setting
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Described(Shown):
    """What was asked about, as text for a reader and as data for a program; ``equations`` are those it shows."""

    title: str
    lines: tuple[str, ...]
    content: dict[str, Any]
    equations: tuple[Equation, ...] = field(default=(), repr=False)

    def as_text(self) -> str:
        """For a reader."""
        return "\n".join([self.title, *self.lines])

    def as_data(self) -> dict[str, Any]:
        """For a program."""
        return {"title": self.title, **self.content}

    def __repr__(self) -> str:
        return self.as_text()

    def to_frame(self) -> pd.DataFrame:
        """Its numbers, a row each; of the wiring, its arrows."""
        import pandas as pd

        one = self.content.get("parameter")
        kept = self.content.get("numbers") or self.content.get("arrows") or self.content.get("parameters")
        return pd.DataFrame([one] if one else kept or [])

    def plot(self) -> Any:
        """The wiring as a picture: what reads what, within and between systems, or around what was asked about."""
        from effleurage.report.wiring import picture

        return picture(whole_body(), self.title.split(":")[0])

    def _repr_html_(self) -> str:
        from effleurage.report.formulas import as_html

        return as_html(self.title, self.lines, self.equations)


@asked
def model(without: Iterable[str] = ()) -> Body:
    """The body with every challenge: its ``quantities``, ``parameters``, ``inputs``, ``equations`` and ``arrows``.

    ``without``: arrows switched off, ``"source->target"``. Raises ``RequestError`` for an arrow that does not exist.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.model().quantities["cortisol"].meaning
    'total plasma cortisol'
    """
    return whole_body(tuple(without))


@asked
def describe(name: str = "") -> Described:
    """Describe the whole body, the ``wiring``, a system, a quantity, an input, a parameter, or a kind of stimulus.

    Raises ``RequestError`` with the nearest name for anything else.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.describe("cortisol").title
    'cortisol: total plasma cortisol'
    """
    body = whole_body()
    if not name:
        return _overview(body)
    if name == "wiring":
        return _wiring(body)
    if name in {system.name for system in body.systems}:
        return _system(body, name)
    if name in body.quantities or name in body.inputs:
        return _quantity(body, name)
    if name in body.parameters:
        row = body.parameters[name]
        return Described(
            f"{name}: {row.meaning}",
            (*_rows([row]), *_read_by(body, name)),
            {"parameter": asdict(row), "read_by": body.readers(name)},
        )
    if catalogue().kind_named(name):
        return Described(*explained(name))
    known = (*body.quantities, *body.inputs, *body.parameters, *catalogue().kinds)
    raise RequestError(Finding("model", f"nothing is called '{name}'", nearest(name, known, LISTS)))


def readable(expression: str) -> str:
    """An expression with · for products."""
    return expression.replace("*", "·").replace(" - ", " − ")


def equation_text(equation: Equation) -> str:
    """One definition as a line of maths."""
    if equation.kind == "rate":
        return f"d {equation.target}/dt = {readable(equation.expression)}"
    if equation.kind == "rule":
        return f"{equation.target} = {readable(equation.expression)}"
    return f"when {readable(equation.trigger)}: {equation.target} becomes {readable(equation.expression)}"


def _overview(body: Body) -> Described:
    lines = []
    for system in body.systems:
        lines += ["", f"{system.title.upper()}  ({system.name})  {system.about}"]
        lines += [
            f"  {q.name:22} {shown(q.unit) or '–':10} {q.meaning}" for q in system.quantities.values() if q.readout
        ]
    lines += ["", "STIMULI  what a timeline may say", *listed()]
    counts = f"{len(body.quantities)} quantities, {len(body.parameters)} parameters, {len(body.arrows)} arrows"
    content = {
        "systems": [s.name for s in body.systems],
        "quantities": sorted(body.quantities),
        "inputs": sorted(body.inputs),
        "parameters": sorted(body.parameters),
        "stimuli": sorted(catalogue().kinds),
    }
    return Described(f"The body: {counts}. Read-outs by system:", tuple(lines), content)


def _wiring(body: Body) -> Described:
    lines = []
    for system in body.systems:
        lines += ["", f"{system.title.upper()}"]
        for quantity in system.quantities:
            from_where = [source for source, target in body.arrows if target == quantity]
            if from_where:
                lines.append(f"  {quantity} ← {', '.join(_named(body, s, system.name) for s in from_where)}")
    content = {"arrows": [{"source": s, "target": t, "switch": f"{s}->{t}"} for s, t in body.arrows]}
    return Described(
        f"{len(body.arrows)} arrows; switch one off with --without 'source->target'.", tuple(lines), content
    )


def _named(body: Body, variable: str, home: str) -> str:
    system = body.system_of(variable)
    return variable if system == home else f"{system}.{variable}"


def _system(body: Body, name: str) -> Described:
    system = next(system for system in body.systems if system.name == name)
    equations = [equation_text(e) for e in body.equations if e.system == name]
    rows = list(system.parameters.values())
    lines = (system.about, "", *equations, "", *_rows(rows))
    content = {"equations": equations, "parameters": [asdict(row) for row in rows]}
    return Described(system.title, lines, content, tuple(e for e in body.equations if e.system == name))


def _quantity(body: Body, name: str) -> Described:
    row = body.quantities.get(name) or body.inputs[name]
    equations = [e for e in body.equations if e.target == name]
    used = sorted({n for e in equations for n in names_in(e.expression + " " + e.trigger)})
    parameters = [body.parameters[n] for n in used if n in body.parameters]
    variables = [n for n in used if n not in body.parameters and n != name]
    lines = [f"unit {shown(row.unit) or '1'}, in {row.system}; at rest {row.rest}"]
    lines += ["", *[equation_text(e) for e in equations]] if equations else [_set_by(name)]
    beneath = [] if parameters else list(_beneath(body, variables))
    if beneath:
        lines += ["", "made of", *(f"  {equation_text(e)}" for e in beneath)]
    if variables:
        lines += ["", "reads"]
        everything: dict[str, Quantity | Input] = {**body.quantities, **body.inputs}
        lines += [f"  {n:24} {shown(everything[n].unit) or '1':12} {everything[n].meaning}" for n in variables]
    numbers = parameters or _numbers(body, beneath)
    if numbers:
        lines += ["", *_rows(numbers)]
    lines += _read_by(body, name)
    content = {
        "unit": row.unit,
        "equations": [equation_text(e) for e in equations],
        "reads": variables,
        "parameters": [asdict(p) for p in parameters],
        "read_by": body.readers(name),
    }
    if beneath:
        content |= {"made_of": [equation_text(e) for e in beneath], "numbers": [asdict(p) for p in numbers]}
    return Described(f"{name}: {row.meaning}", tuple(lines), content, (*equations, *beneath))


def _set_by(name: str) -> str:
    """The kinds of stimulus that set an input, where there are any; the parts of a visit set the others."""
    kinds = setting(name)
    return "set from outside by the protocol" + (f": {', '.join(kinds)}" if kinds else "")


def _beneath(body: Body, names: Iterable[str]) -> Iterator[Equation]:
    """Definitions of what a quantity without numbers of its own is made of, where they have some."""
    for equation in body.equations:
        if equation.target in names and _numbers(body, [equation]):
            yield equation


def _numbers(body: Body, equations: Iterable[Equation]) -> list[Parameter]:
    """The ledger rows that equations hold, each once."""
    used = {name for e in equations for name in names_in(e.expression + " " + e.trigger)}
    return [body.parameters[name] for name in sorted(used) if name in body.parameters]


def _memory(row: Parameter) -> str:
    """How luck from hour to hour comes and goes."""
    return f"in pulses, one in about {row.pulses:g} min" if row.pulses else f"over {_minutes(row.hour_time)}"


def _minutes(time: float) -> str:
    return f"{time:g} min" if time < HOUR else f"{time / HOUR:g} h"


def _rows(rows: list[Parameter]) -> list[str]:
    lines = ["numbers  [grade]"]
    for row in rows:
        spreads = {
            "between persons": row.between,
            f"day to day (over {_minutes(row.day_time)})": row.within_day,
            f"hour to hour ({_memory(row)})": row.within_hour,
            "the value itself": row.uncertainty,
        }
        said = ", ".join(f"{what} {_spread(row, spread)}" for what, spread in spreads.items() if spread)
        bounds = f"; within {row.low:g} to {row.high:g}" if row.low < row.high else ""
        lines.append(f"  {row.name} = {row.value:g} {shown(row.unit)}".rstrip() + f"  [{row.grade}]{bounds}")
        lines += [f"      varies: {said}"] if said else []
        lines.append(f"      {row.meaning}")
        lines.append(f"      source: {cited(row.source)}")
        moves = row.within_day or row.within_hour
        lines += [f"      source of what varies in a person: {cited(row.within_source)}"] if moves else []
    grades = sorted({row.grade for row in rows})
    lines.append("grades: " + "; ".join(f"{grade} {GRADES[grade]}" for grade in grades))
    return lines


def _spread(row: Parameter, spread: float) -> str:
    """One standard deviation in words: a factor for a logarithmic row, an amount for a linear one."""
    return f"×/÷ {math.exp(spread):.3g}" if row.scale == "log" else f"± {spread:g}"


def _read_by(body: Body, name: str) -> list[str]:
    readers = body.readers(name)
    return ["", f"read by: {', '.join(readers)}" if readers else "read by: nothing; a read-out for the laboratory"]
