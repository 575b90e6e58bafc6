"""Every module has a test of its own name and place, or stands here with the tests that look at it and why.

The table only shrinks: a module that has got a mirror leaves it, and a new one does not join without a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "effleurage"

WORDS = "words and tables for one page or one reader, which its test reads whole"
PART = "a part of one thing that has no meaning by itself; the test goes through the door of that thing"
GROUND = "a few names without a behaviour of their own"
PROCESS = "what is done in processes and on disks, which only a whole run shows"
DOOR = "what the Python door offers, each name with an example that a test runs"

ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "arrays": (GROUND, "test_architecture.py"),
    "body/equations": (PART, "body/test_compose.py"),
    "body/sources": (PART, "body/test_ledger.py"),
    "body/units": (PART, "body/test_compose.py"),
    "cli/options": (GROUND, "cli/test_commands.py"),
    "cli/worlds": (WORDS, "cli/test_simulate.py"),
    "engine/grid": (GROUND, "engine/test_program.py"),
    "engine/run": (PART, "engine/test_kernel.py"),
    "engine/schedule": (PART, "engine/test_kernel.py"),
    "evidence/ask": (DOOR, "test_front_door.py"),
    "evidence/claims/delivered": (PART, "evidence/claims/test_claims.py"),
    "evidence/claims/verdicts": (PART, "evidence/claims/test_claims.py"),
    "evidence/norms/raw": (PART, "evidence/norms/test_distributions.py"),
    "evidence/published/appraisal": (PART, "cli/test_evidence.py"),
    "evidence/published/asked_outcome": (PART, "cli/test_evidence.py"),
    "evidence/published/certainty": (PART, "cli/test_evidence.py"),
    "files/ask": (DOOR, "test_front_door.py"),
    "files/heart/beat_times": (PART, "files/heart/test_rr.py"),
    "files/heart/peaks": (PART, "files/heart/test_rr.py"),
    "files/heart/rr_cells": (PART, "files/heart/test_rr.py"),
    "files/heart/units": (PART, "files/heart/test_kinds.py"),
    "lab/ask": (DOOR, "test_front_door.py"),
    "lab/heart/hrv_words": (WORDS, "lab/heart/test_hrv.py"),
    "lab/heart/recording": (PART, "lab/heart/test_hrv.py"),
    "lab/saliva/saliva_words": (WORDS, "lab/saliva/test_saliva.py"),
    "lab/scales/smallest": (WORDS, "lab/scales/test_scales.py"),
    "lab/untreated/arms": (PART, "lab/untreated/test_change.py"),
    "lab/untreated/change_words": (WORDS, "lab/untreated/test_change.py"),
    "lab/untreated/means": (PART, "lab/untreated/test_change.py"),
    "lab/untreated/pair": (GROUND, "lab/untreated/test_change.py"),
    "people/ablated": (PART, "people/test_simulate.py"),
    "protocol/given": (DOOR, "test_front_door.py"),
    "report/claims/claims_page": (WORDS, "cli/test_claims.py"),
    "report/colours": (GROUND, "test_architecture.py"),
    "report/evidence/evidence_words": (WORDS, "cli/test_evidence.py"),
    "report/folders": (DOOR, "test_front_door.py"),
    "report/formulas": (WORDS, "report/test_model.py"),
    "report/four_ways/carry_out": (PART, "report/four_ways/test_four_ways_page.py"),
    "report/four_ways/four_ways": (PART, "report/four_ways/test_four_ways_page.py"),
    "report/looks": (DOOR, "test_front_door.py"),
    "report/page_of": (DOOR, "test_front_door.py"),
    "report/results": (DOOR, "test_front_door.py"),
    "report/scoreboard/answers": (PART, "evidence/ring/test_foretold.py"),
    "report/scoreboard/scoreboard_page": (WORDS, "evidence/norms/test_validate.py"),
    "report/wiring": (WORDS, "report/test_model.py"),
    "runs/ask": (DOOR, "test_front_door.py"),
    "runs/asked": (PROCESS, "runs/test_carry_out.py"),
    "runs/chunks": (PROCESS, "runs/test_carry_out.py"),
    "runs/cluster": (PROCESS, "runs/test_carry_out.py"),
    "runs/memory": (PROCESS, "runs/test_carry_out.py"),
    "runs/open": (PROCESS, "runs/test_carry_out.py"),
    "runs/tables": (PROCESS, "runs/test_carry_out.py"),
    "shown": (GROUND, "test_front_door.py"),
    "statistics/intervals": (GROUND, "statistics/test_analysis.py"),
    "trial/ask": (DOOR, "test_front_door.py"),
    "trial/conduct/answers": (PART, "trial/conduct/test_conduct.py"),
    "trial/conduct/codebook": (WORDS, "trial/conduct/test_conduct.py"),
    "trial/conduct/consort": (WORDS, "report/trial/test_paper.py"),
    "trial/design/arm": (PART, "trial/design/test_design.py"),
    "trial/design/assumed": (WORDS, "trial/sentence/test_sentence.py"),
    "trial/design/contrast": (PART, "trial/lives/test_bank.py"),
    "trial/design/measure": (PART, "trial/design/test_design.py"),
    "trial/design/therapists": (PART, "report/trial/test_script.py"),
    "trial/design/words": (GROUND, "trial/sentence/test_sentence.py"),
    "trial/plan/hours": (PART, "trial/lives/test_bank.py"),
    "trial/plan/notes": (PART, "trial/lives/test_bank.py"),
    "trial/plan/redesign": (PART, "trial/plan/test_plan.py"),
    "trial/plan/replicates": (PART, "trial/lives/test_bank.py"),
    "trial/plan/unknowns": (PART, "trial/lives/test_bank.py"),
    "trial/sentence/amounts": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/ear": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/given": (DOOR, "test_front_door.py"),
    "trial/sentence/heard": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/hints": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/listening": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/negation": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/rules": (PART, "trial/sentence/test_sentence.py"),
    "trial/sentence/vocabulary": (PART, "trial/sentence/test_sentence.py"),
}


def modules(source: Path) -> set[str]:
    """Every module that is more than the door of its folder, as ``lab/heart/hrv``."""
    paths = (path for path in source.rglob("*.py") if path.name not in ("__init__.py", "__main__.py"))
    return {path.relative_to(source).with_suffix("").as_posix() for path in paths}


def unmirrored(source: Path, tests: Path) -> set[str]:
    """Modules without a test of their own name and place."""
    return {name for name in modules(source) if not (tests / name).with_name(f"test_{Path(name).name}.py").is_file()}


def test_every_module_has_a_mirror_or_a_reason() -> None:
    assert unmirrored(SOURCE, TESTS) - set(ELSEWHERE) == set()


def test_what_has_a_mirror_or_is_gone_has_left_the_table() -> None:
    assert set(ELSEWHERE) - unmirrored(SOURCE, TESTS) == set()


@pytest.mark.parametrize("name", sorted({test for _, test in ELSEWHERE.values()}))
def test_the_tests_that_stand_in_are_there(name: str) -> None:
    assert (TESTS / name).is_file()


def test_a_module_that_nobody_tests_would_be_seen(tmp_path: Path) -> None:
    for name in ("src/a/b.py", "src/a/c.py", "src/a/__init__.py", "tests/a/test_b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert unmirrored(tmp_path / "src", tmp_path / "tests") == {"a/c"}
