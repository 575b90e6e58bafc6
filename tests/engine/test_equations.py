"""SBML as symbols, of models small enough to read."""

from __future__ import annotations

import antimony
import pytest
import sympy as sp

from effleurage.engine.equations import TIME, Equations, read_sbml
from effleurage.errors import BodyError

MODEL = """
model small()
  rest := 2*drive + x
  drive := base*exp(-time/10)
  x' = -k*x + rest
  y' = x - (k + half)*y
  k = 0.5; half = 0.25; base = 3; x = 1; y = 2*base
  flag = 0
  E1: at (x > 4): flag = 1
  E2: at ((x < 1) && (y > 2)): flag = 0
end
"""


def sbml_of(text: str) -> str:
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(text) >= 0, antimony.getLastError()
    return str(antimony.getSBMLString(antimony.getMainModuleName()))


def read(text: str) -> Equations:
    return read_sbml(sbml_of(text))


def symbols(names: str) -> tuple[sp.Symbol, ...]:
    return tuple(sp.Symbol(name, real=True) for name in names.split())


def test_states_rules_and_starts_are_told_apart() -> None:
    found = read(MODEL)
    assert set(found.states) == {"x", "y", "flag"} and {"k", "half", "base"} <= set(found.constants)
    k, half, x, y, rest, base = symbols("k half x y rest base")
    assert sp.simplify(found.rates["x"] - (rest - k * x)) == 0
    assert sp.simplify(found.rates["y"] - (x - (k + half) * y)) == 0
    assert "flag" not in found.rates
    assert sp.simplify(found.initial["y"] - 2 * base) == 0 and float(found.initial["x"]) == 1


def test_rules_stand_in_the_order_in_which_they_can_be_evaluated() -> None:
    found = read(MODEL)
    assert list(found.rules) == ["drive", "rest"]
    (base,) = symbols("base")
    assert sp.simplify(found.rules["drive"] - base * sp.exp(-TIME / 10)) == 0


def test_the_decay_of_a_state_is_its_constant_part_through_every_rule() -> None:
    k, half = symbols("k half")
    decays = read(MODEL).decays
    assert sp.simplify(decays["x"] - (k - 1)) == 0  # rest holds x once
    assert sp.simplify(decays["y"] - (k + half)) == 0 and decays["flag"] == 0


def test_a_trigger_is_positive_where_its_condition_holds() -> None:
    x, y = symbols("x y")
    first, second = read(MODEL).events
    assert first.trigger.subs({x: 5}) > 0 > first.trigger.subs({x: 3})
    for at, holds in (({x: 0.5, y: 3}, True), ({x: 0.5, y: 1}, False), ({x: 2, y: 3}, False)):
        assert bool(second.trigger.subs(at) > 0) is holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model a()\n species S\n J: S -> ; k*S\n S = 1; k = 1\nend", "reactions or species"),
        ("model a()\n x' = sinh(x)\n x = 1\nend", "cannot read"),
    ],
)
def test_what_is_no_model_of_ours_is_refused(text: str, words: str) -> None:
    with pytest.raises(BodyError, match=words):
        read(text)


def test_rules_that_read_each_other_are_refused() -> None:
    sbml = sbml_of(MODEL.replace("drive := base*", "drive := base*x*")).replace("<ci> base </ci>", "<ci> rest </ci>")
    with pytest.raises(BodyError, match="circle: drive, rest"):
        read_sbml(sbml)
