"""A refusal on the screen: what is not shown is counted."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from effleurage.body.compose import LISTS
from effleurage.cli.commands import app
from effleurage.cli.show import refusal
from effleurage.errors import EffleurageError, Finding


def lines(capsys: pytest.CaptureFixture[str], findings: list[Finding]) -> list[str]:
    refusal(EffleurageError(findings))
    return capsys.readouterr().err.splitlines()


def rows(count: int) -> list[Finding]:
    return [Finding(f"row {number}", "bad", "Mend it.") for number in range(count)]


@pytest.mark.parametrize("count", [1, 20, 21])
def test_what_fits_is_shown(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lines(capsys, rows(count))) == count


@pytest.mark.parametrize("count", [22, 65, 1500])
def test_what_does_not_fit_is_counted(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, rows(count))
    assert len(told) == 21 and told[-1] == f"effleurage: and {count - 20:,} more"


def test_a_finding_that_stands_for_many_counts_as_many(capsys: pytest.CaptureFixture[str]) -> None:
    rest = Finding("", "584 more like these", "Mend the first ones.", many=584)
    assert lines(capsys, [*rows(20), rest])[-1] == "effleurage: 584 more like these. Mend the first ones."
    assert lines(capsys, [*rows(21), rest])[-1] == "effleurage: and 585 more"


def test_a_finding_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lines(capsys, rows(2) * 3)) == 2


def test_the_command_that_a_hint_names_lists_every_name() -> None:
    words = LISTS.split()[1:]
    told = json.loads(CliRunner().invoke(app, words).stdout)
    assert (
        "chronic_stress" in told["parameters"] and "cortisol" in told["quantities"] and "kept_awake" in told["inputs"]
    )
