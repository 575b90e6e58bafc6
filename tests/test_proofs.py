"""The pages of proofs are of the code that is there; the proofs themselves take long: ``make prove``."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PROOFS = ROOT / "tests" / "proofs"
TOOLS = ("__main__", "commands", "proof", "spoilt")
NAMES = sorted(path.stem for path in PROOFS.glob("*.py") if path.stem not in TOOLS)
TO_CARRY_OUT = {
    *("bands", "memory"),  # not everything holds
    *("damaged_cache", "doors", "full_disks", "killed_writers", "kills", "load", "planned_trials", "random_lives"),
    "same_numbers",
}
"""Proofs whose page is missing or old and is to be made anew before the next release; named so that nobody forgets."""


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What all proofs share; they import each other as scripts of one folder do."""
    monkeypatch.syspath_prepend(str(PROOFS))
    return importlib.import_module("proof")


def is_kept(proofs: ModuleType, name: str, page: Path, root: Path = ROOT) -> str:
    """What is wrong with a page, or nothing."""
    again = f"Carry it out: make prove PROOFS={name}"
    if not page.is_file():
        return f"{name} has no page. {again}"
    told = proofs.kept(page.read_text(encoding="utf-8"))
    if told.digest != proofs.digest_of(name, importlib.import_module(name).SOURCES, root):
        return f"{name} was proved of other code. {again}"
    if told.failing or not told.holding:
        return f"{name}: {told.failing} figures fail and {told.holding} hold"
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_every_proof_was_carried_out_on_this_code_and_holds(proofs: ModuleType, name: str) -> None:
    fault = is_kept(proofs, name, proofs.PAGES / f"{name}.md")
    assert bool(fault) is (name in TO_CARRY_OUT), fault or f"{name} is carried out: take it from TO_CARRY_OUT"


def test_what_is_yet_to_be_proved_is_told() -> None:
    told = (
        (ROOT / "docs" / "safety.md").read_text(encoding="utf-8").split("At present those are", 1)[-1].split(":", 1)[0]
    )
    assert set(told.split("`")[1::2]) == TO_CARRY_OUT


def test_a_page_without_a_proof_would_be_seen(proofs: ModuleType) -> None:
    assert proofs.names() == NAMES
    assert {path.stem for path in proofs.PAGES.glob("*.md")} <= set(NAMES)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project with two files, of which a proof is about one."""
    for name in ("src/a.py", "src/b.py", "tests/proofs/load.py", "tests/proofs/proof.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "old"),
    [("src/a.py", True), ("src/b.py", False), ("tests/proofs/load.py", True), ("tests/proofs/proof.py", True)],
)
def test_a_change_of_what_was_proved_makes_a_page_old_and_no_other_does(
    proofs: ModuleType, small: Path, changed: str, old: bool
) -> None:
    before = proofs.digest_of("load", ["src/a.py"], small)
    (small / changed).write_text("x = 2\n", encoding="utf-8")
    assert (proofs.digest_of("load", ["src/a.py"], small) != before) is old


def test_a_new_file_of_a_pattern_makes_a_page_old(proofs: ModuleType, small: Path) -> None:
    before = proofs.digest_of("load", ["src/*.py"], small)
    (small / "src" / "c.py").write_text("", encoding="utf-8")
    assert proofs.digest_of("load", ["src/*.py"], small) != before


def test_a_pattern_that_fits_nothing_is_refused(proofs: ModuleType, small: Path) -> None:
    with pytest.raises(ValueError, match=r"load: no file fits src/moved\.py"):
        proofs.digest_of("load", ["src/moved.py"], small)


def test_a_page_tells_what_it_keeps(proofs: ModuleType, tmp_path: Path) -> None:
    figures = [proofs.Figure("a", "1", "1", True), proofs.Figure("b", "2", "1", False)]
    page = proofs.page_of("A claim.\n\nMore of it.\n", ["src/a.py"], figures, 64 * "f", "Seed 1.")
    assert page.startswith("# A claim\n\nMore of it.\n\n| | found | wanted | |\n")
    assert proofs.kept(page) == proofs.Kept(64 * "f", 1, 1)
    assert proofs.kept("nothing") == proofs.Kept("", 0, 0)


def test_an_old_a_missing_and_a_failing_page_are_told(proofs: ModuleType, tmp_path: Path) -> None:
    page, claim = tmp_path / "load.md", "A claim."
    sources = importlib.import_module("load").SOURCES
    assert "no page" in is_kept(proofs, "load", page)
    for digest, holds, words in (
        (64 * "0", True, "other code"),
        (proofs.digest_of("load", sources), False, "1 figures fail"),
        (proofs.digest_of("load", sources), True, ""),
    ):
        page.write_text(proofs.page_of(claim, sources, [proofs.Figure("a", "1", "1", holds)], digest, ""), "utf-8")
        fault = is_kept(proofs, "load", page)
        assert words in fault and bool(fault) is bool(words)


def test_an_unknown_proof_is_refused_with_the_known_ones() -> None:
    command = [sys.executable, str(PROOFS), "riddles"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "no proof 'riddles'" in done.stderr
    assert all(name in done.stderr for name in NAMES)
