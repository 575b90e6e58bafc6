"""The examples that come with the package, and the folder at the root that shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

import effleurage
from effleurage.errors import RequestError
from effleurage.files.example import example

SHIPPED = Path(effleurage.__file__).parent / "examples"
ROOT = Path(__file__).parents[2] / "examples"
MEASURED = {"heartbeats.txt", "saliva.csv", "nights.csv", "scores.csv"}
"""Shown in docstrings alone."""


def test_the_root_shows_every_example_and_no_other() -> None:
    shown = {path.name: path for path in ROOT.rglob("*") if path.is_file() and path.suffix != ".ipynb"}
    assert set(shown) == {path.name for path in SHIPPED.iterdir()} - MEASURED
    assert all(path.read_bytes() == (SHIPPED / name).read_bytes() for name, path in shown.items())


def test_the_package_holds_no_links() -> None:
    package = SHIPPED.parent
    assert [path for path in package.rglob("*") if path.is_symlink()] == []


@pytest.mark.parametrize("name", ["weekly-course", "weekly-course.yaml", "two-visits.csv", "heartbeats"])
def test_an_example_is_found_with_and_without_its_ending(name: str) -> None:
    assert example(name).is_file() and example(name).name.startswith(name)


def test_no_two_examples_have_one_name() -> None:
    assert len({path.stem for path in SHIPPED.iterdir()}) == len(list(SHIPPED.iterdir()))


def test_what_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(RequestError, match="Did you mean 'nights'"):
        example("night")
