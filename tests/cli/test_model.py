"""``model`` and ``sensitivity``, as a reader says them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

Say = Callable[..., Result]


def test_the_model_explains_itself(say: Say) -> None:
    assert "d cortisol/dt" in say("model", "cortisol").stdout
    assert len(json.loads(say("model", "wiring", "--json").stdout)["arrows"]) > 200


@pytest.mark.parametrize("command", ["model", "sensitivity"])
def test_what_is_not_in_the_body_is_refused_with_the_nearest(command: str, say: Say) -> None:
    done = say(command, "cortisl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Did you mean 'cortisol'" in done.stderr


@pytest.mark.slow
def test_what_moves_a_quantity_is_told_largest_first(say: Say) -> None:
    done = say("sensitivity", "cortisol")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.index("What moves cortisol") < done.stdout.index("Arrows that hold cortisol")
    assert "more; --json lists all" in done.stderr
    told = json.loads(say("sensitivity", "cortisol", "--json").stdout, parse_constant=pytest.fail)
    sizes = [abs(row["percent"]) for row in told["numbers"]]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) > 20
