"""Shared between tests: the body, its program, two protocols, and what a skipped test means.

A test that needs data from beside the clone (``../shared``), or a referee that is not installed, is skipped with a
reason. In continuous integration everything is there, so a skipped test is a failed one: no referee is missing unseen.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

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

EXCUSED = (
    "root may write everywhere",
    "the system does not tell peak memory",
    "820,830 beside 810 may be decimals",
)
"""Reasons to be skipped that lie in the machine or in the case, and not in data or a referee that are missing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report: pytest.TestReport = yield from counted()
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report: pytest.CollectReport = yield from counted()
    return report


def counted() -> Generator[None, Any, Any]:
    """The report of a test or a module, failed where it was skipped in continuous integration without an excuse."""
    report = yield
    reason = str(report.longrepr[2]) if report.skipped and isinstance(report.longrepr, tuple) else ""
    if reason and in_integration() and not any(excuse in reason for excuse in EXCUSED):
        report.outcome = "failed"
        report.longrepr = f"{reason}: with CI set nothing is skipped for want of data or of a referee."
    return report


def in_integration() -> bool:
    """Whether continuous integration says that it runs the tests."""
    return os.environ.get("CI", "").casefold() not in ("", "0", "false")


@pytest.fixture(scope="session")
def body() -> Body:
    return resident_body()


@pytest.fixture(scope="session")
def whole() -> Body:
    return whole_body()


@pytest.fixture(scope="session")
def untouched(body: Body) -> dict[str, float]:
    """Every gain of touch at zero: massage is then its own control."""
    return {name: 0.0 for name, row in body.parameters.items() if row.gain == "touch"}


@pytest.fixture(scope="session")
def program(body: Body) -> Program:
    return program_of(body)


@pytest.fixture(scope="session")
def fortnight() -> Protocol:
    return parse_protocol(FORTNIGHT, "fortnight")


@pytest.fixture(scope="session")
def short() -> Protocol:
    return parse_protocol(SHORT, "short")
