"""Plans made by hand: nothing is simulated. Each fixture makes one, with whatever a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.endpoints import endpoint_of
from effleurage.trial.plan.controls import Against
from effleurage.trial.plan.drift import Drift
from effleurage.trial.plan.hours import Hour
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.plan import OutcomePlan, Plan
from effleurage.trial.plan.replicates import Operating
from effleurage.trial.plan.unknowns import Pilot, Unknown

MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")
CURVE = ((10, 0.05), (40, 0.06), (480, 0.11))
WORTH = ((10, 0.18), (40, 0.55), (480, 0.99))


def _design(*arms: Arm, title: str = "a trial", **more: Any) -> Design:
    asked = tuple(Measure(outcome=name) for name in ("cortisol", "stress", "PSS"))
    return Design(title=title, arms=arms or (MASSAGE, REST), outcomes=asked, **more)


def _need(outcome: str = "cortisol", **more: Any) -> Need:
    told: dict[str, Any] = {
        "measure": Measure(outcome=outcome),
        "outcome": endpoint_of(outcome),
        "usual": 6.6,
        "sd": 0.6,
        "r": 0.3,
        "worthwhile": 1.5,
        "effect": np.float64(-0.17),
        "effect_low": np.float64(-0.42),
        "effect_high": -0.07,
        "expected": Size(6637, 6637),
        "at_best": Size(1250, 1250),
        "at_worst": Size(50_000, 50_000),
        "worth": Size(72, 85),
        "expected_curve": CURVE,
        "worth_curve": WORTH,
    }
    return Need(**(told | more))


def _published(worth: Size | None = None) -> Need:
    measure, outcome = Measure(outcome="PSS"), endpoint_of("PSS")
    said, curve = (3.0, WORTH) if worth else (0.0, ())
    return Need(measure, outcome, 6.6, 0.6, 0.3, said, worth=worth, worth_curve=curve, warning="no counterpart")


def _operating(outcome: str, n: int, **more: Any) -> Operating:
    shares = {"power": 0.5, "type_one": 0.05, "bias": -0.0123, "coverage": 0.95}
    told: dict[str, Any] = {
        **shares,
        **{f"{name}_error": 0.016 for name in shares},
        "type_s": float("nan"),
        "type_m": 21.7,
        **more,
    }
    return Operating(outcome=outcome, n=n, replicates=1000, truth=-0.03, cohort_error=0.001, **told)


def _cortisol(**more: Any) -> OutcomePlan:
    need = _need()
    told: dict[str, Any] = {
        "need": need,
        "checked": tuple(_operating("cortisol", n) for n in (10, 40)),
        "controls": (Against("quiet rest", need), Against("light touch", _need(expected=Size(None, None)))),
        "hours": tuple(Hour(at, 1, np.float64(-0.1), 0.5, Size(at * 100, at * 100)) for at in (9, 8, 10)),
        "unknowns": (Unknown("gain", "what touch does", "C", 0.47),),
        "pilots": (Pilot(20, 0.2, 0.02),),
        "drift": Drift(clock=-20.0, massage=-27.0, control=-25.0, added=-2.0, added_low=-4.8, added_high=-0.8),
    }
    return OutcomePlan(**(told | more))


def _stress(**more: Any) -> OutcomePlan:
    told: dict[str, Any] = {
        "need": _need("stress", worth=Size(37, 37), worthwhile=10.0, usual=39.0, sd=17.0),
        "checked": tuple(_operating("VAS stress", n) for n in (10, 40)),
        "hours": (Hour(9, 1, -0.1, 0.5, Size(None, None)),),
        "pilots": (Pilot(20, 4.7, 0.2),),
        "drift": Drift(clock=0.0, massage=-27.0, control=-19.0, added=-0.4, added_low=-0.9, added_high=-0.1),
    }
    return OutcomePlan(**(told | more))


def whole_plan(**more: Any) -> Plan:
    told: dict[str, Any] = {
        "design": _design(),
        "outcomes": (_cortisol(), OutcomePlan(_published()), _stress()),
        "notes": (Note("amber", "the clock", "it moves by itself"),),
        "people": 512,
    }
    return Plan(**(told | more))


@pytest.fixture(scope="session")
def design() -> Callable[..., Design]:
    """A design of three outcomes; arms by place, anything else by name."""
    return _design


@pytest.fixture(scope="session")
def need() -> Callable[..., Need]:
    """The need of an outcome that the body has."""
    return _need


@pytest.fixture(scope="session")
def published() -> Callable[..., Need]:
    """The need of a questionnaire that the body has not, with a size for what is worth having or without."""
    return _published


@pytest.fixture(scope="session")
def operating() -> Callable[..., Operating]:
    """What simulated trials of an outcome and a size do."""
    return _operating


@pytest.fixture(scope="session")
def cortisol() -> Callable[..., OutcomePlan]:
    """All of one outcome, analysed as a logarithm."""
    return _cortisol


@pytest.fixture(scope="session")
def whole() -> Callable[..., Plan]:
    """A plan with a bit of everything: two outcomes of the body, and a questionnaire between them."""
    return whole_plan


@pytest.fixture(scope="session")
def first() -> Callable[..., Plan]:
    """A first answer: needs, and nothing else."""
    return lambda *needs, design=None, people=128: Plan(design or _design(), tuple(map(OutcomePlan, needs)), (), people)
