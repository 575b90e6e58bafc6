"""Equations as mathematics: MathML for a browser or a notebook, LaTeX for a paper; SymPy writes both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from effleurage.body.equations import Equation, names_in

if TYPE_CHECKING:
    import sympy

_TIME = "t"


def latex(equation: Equation) -> str:
    r"""One definition as LaTeX, such as ``\frac{d}{d t} x = …``; an event as ``x \leftarrow …``."""
    import sympy

    target = sympy.latex(sympy.Symbol(equation.target))
    left = {
        "rate": rf"\frac{{d}}{{d {_TIME}}} {target} =",
        "rule": f"{target} =",
        "event": rf"{target} \leftarrow",
    }[equation.kind]
    return f"{left} {sympy.latex(_parsed(equation.expression))}"


def mathml(equation: Equation) -> str:
    """One definition as presentation MathML, which browsers show as it is."""
    from sympy.printing.mathml import mathml as printed

    target = f"<mi>{escape(equation.target)}</mi>"
    rate = f"<mfrac><mrow><mi>d</mi>{target}</mrow><mrow><mi>d</mi><mi>{_TIME}</mi></mrow></mfrac>"
    sign = "←" if equation.kind == "event" else "="
    left = rate if equation.kind == "rate" else target
    right = printed(_parsed(equation.expression), printer="presentation")
    return f'<math display="block"><mrow>{left}<mo>{sign}</mo>{right}</mrow></math>'


def as_html(title: str, lines: Sequence[str], equations: Sequence[Equation]) -> str:
    """What was asked about, for a notebook: its equations as mathematics above its text."""
    shown = "".join(mathml(equation) for equation in equations)
    text = escape("\n".join(lines))
    return f"<h4>{escape(title)}</h4>{shown}<pre>{text}</pre>"


@cache
def _parsed(expression: str) -> sympy.Expr:
    """An expression as SymPy reads it, every name a symbol, nothing worked out."""
    import sympy
    from sympy.parsing.sympy_parser import parse_expr

    names = {name: sympy.Symbol(name) for name in names_in(expression)}
    known = {"ln": sympy.log, "time": sympy.Symbol(_TIME), **names}
    return parse_expr(expression.replace("^", "**"), local_dict=known, evaluate=False)
