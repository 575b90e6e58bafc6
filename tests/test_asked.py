from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pytest

from effleurage.asked import OWN_WORDS, asked
from effleurage.errors import Finding, RequestError

if TYPE_CHECKING:
    import pandas as pd


@asked
def ask(
    number: float = 1.0,
    many: int = 1,
    path: str | PathLike[str] = "",
    names: Iterable[str] = (),
    settings: Mapping[str, float] | None = None,
    side: Literal["left", "right"] = "left",
    sure: bool = False,
    finding: Finding | None = None,
    table: pd.DataFrame | None = None,
    tables: Sequence[pd.DataFrame] = (),
    own: Annotated[int, OWN_WORDS] = 0,
) -> tuple[Any, ...]:
    return number, many, names, settings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"number": "four"}, "number: 'four' cannot be. Give a number."),
        ({"number": True}, "number: True cannot be. Give a number."),
        ({"number": None}, "number: None cannot be. Give a number."),
        ({"many": 2.5}, "many: 2.5 cannot be. Give a whole number."),
        ({"path": 7}, "path: 7 cannot be. Give a text or a path."),
        ({"path": b"x"}, "path: a bytes cannot be. Give a text or a path."),
        ({"names": "cortisol"}, "names: 'cortisol' cannot be. Give a list, each a text."),
        ({"names": ["cortisol", 7]}, "names: a list cannot be. Give a list, each a text."),
        ({"names": {"cortisol": 1}}, "names: a dict cannot be. Give a list, each a text."),
        ({"settings": "age=7"}, "settings: 'age=7' cannot be. Give a dict."),
        ({"side": 7}, "side: 7 cannot be. Give 'left' or 'right'."),
        ({"side": "up"}, "side: 'up' cannot be. Give 'left' or 'right'."),
        ({"sure": 1}, "sure: 1 cannot be. Give true or false."),
        ({"finding": "x"}, "finding: 'x' cannot be. Give a Finding."),
        ({"numbr": 7}, "numbr: ask has no such option. Did you mean 'number'?"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError) as refused:
        ask(**given)
    assert str(refused.value) == said


def test_everything_that_does_not_fit_is_said_at_once() -> None:
    with pytest.raises(RequestError) as refused:
        ask("x", "y")  # type: ignore[arg-type]
    assert [finding.where for finding in refused.value.findings] == ["number", "many"]


def test_numbers_of_numpy_become_pythons_own() -> None:
    number, many, names, settings = ask(
        np.float32(2),  # type: ignore[arg-type]
        np.int64(3),  # type: ignore[arg-type]
        names=np.array(["a"]),
        settings={"age": np.int64(50)},  # type: ignore[dict-item]
    )
    assert (type(number), type(many), type(settings["age"])) == (float, int, int)
    assert list(names) == ["a"]


def test_what_cannot_be_told_or_is_refused_elsewhere_is_let_through() -> None:
    assert ask(table=7, tables=[7], own="x")  # type: ignore[arg-type]


def test_what_is_missing_is_said_as_python_says_it() -> None:
    @asked
    def needs(protocol: str) -> str:
        return protocol

    with pytest.raises(TypeError, match=r"needs\(\) missing 1 required positional argument: 'protocol'"):
        needs()  # type: ignore[call-arg]
