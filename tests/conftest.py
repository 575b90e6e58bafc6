"""Shared between tests: the body, its program, and two protocols."""

from __future__ import annotations

import pytest

from effleurage.body.compose import Body
from effleurage.engine.program import Program
from effleurage.people.simulate import program_of, resident_body, whole_body
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol

FORTNIGHT = """
title: a fortnight
days: 14
people: {chronic_stress: 1, pain_load: 5}
timeline:
  - day 3 18:00: massage, swedish, moderate pressure, back and legs, 60 min
  - day 10 18:00: massage, swedish, moderate pressure, back and legs, 60 min
  - day 5 14:00: stressor, 20 min
"""
SHORT = """
title: one visit
days: 3
timeline:
  - day 2 10:00: massage, swedish, moderate pressure, back and legs, 30 min
"""


@pytest.fixture(scope="session")
def body() -> Body:
    return resident_body()


@pytest.fixture(scope="session")
def whole() -> Body:
    return whole_body()


@pytest.fixture(scope="session")
def program(body: Body) -> Program:
    return program_of(body)


@pytest.fixture(scope="session")
def fortnight() -> Protocol:
    return parse_protocol(FORTNIGHT, "fortnight")


@pytest.fixture(scope="session")
def short() -> Protocol:
    return parse_protocol(SHORT, "short")
