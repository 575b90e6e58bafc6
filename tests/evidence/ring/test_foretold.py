"""Questions carried out, foretold and scored: the table says what the totals say."""

from __future__ import annotations

import json

import numpy as np
import pytest

from effleurage.evidence.published.eligibility import Counted
from effleurage.evidence.ring.foretold import Foretold, foretell
from effleurage.evidence.ring.outside import read_results
from effleurage.evidence.ring.scoring import BASELINES
from effleurage.report.scoreboard import answers

ROWS = """study,outcome,comparator,technique,pressure,region,minutes,n_massage,n_control,result
A 2026,skin-flow,rest,swedish,moderate,back,30,40,40,up
A 2026,anxiety-state,rest,swedish,moderate,back,30,40,40,down
B 2026,cortisol-saliva,rest,swedish,moderate,back,30,40,40,none
B 2026,skin-flow,rest,swedish,moderate,back,30,200,200,none
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Foretold:
    path = tmp_path_factory.mktemp("results") / "ours.csv"
    path.write_text(ROWS, encoding="utf-8")
    book, asked = read_results([path])
    return foretell(asked, book)


def test_a_flush_of_the_skin_is_expected_and_its_absence_is_a_surprise(found: Foretold) -> None:
    rows = found.table.set_index("id")
    assert rows.loc["ours 2", "up"] > 0.8
    assert rows.loc["ours 5", "ln_p"] < np.log(0.2)
    assert rows.loc["ours 4", "none"] > rows.loc["ours 4", "up"]
    assert rows.loc["ours 2", "d"] > 0 > rows.loc["ours 3", "d"]


def test_the_score_is_the_mean_of_the_table(found: Foretold) -> None:
    assert found.score == pytest.approx(found.table["ln_p"].mean())
    assert found.table[["down", "none", "up"]].sum(axis=1).to_numpy() == pytest.approx(np.ones(4))
    assert [one.baseline for one in found.baselines] == list(BASELINES)
    assert found.counted == Counted(questions=4, results=4, studies=2)


def test_parts_hold_some_of_the_results_and_never_all(found: Foretold) -> None:
    assert all(0 < counted.questions < 4 for _, counted, _ in found.parts.values())


def test_as_data_is_json_without_anything_that_is_no_number(found: Foretold) -> None:
    data = json.loads(json.dumps(found.as_data(), allow_nan=False))
    assert (data["questions"], data["results"], data["studies"]) == (4, 4, 2)
    assert set(data["baselines"][0]["better"]) == {"value", "low", "high"}
    assert {"id", "published", "down", "none", "up", "ln_p", "d"} <= set(data["rows"][0])


def test_the_page_names_every_result_with_the_least_foreseen_first(found: Foretold) -> None:
    page = answers.as_markdown(found)
    places = [page.index(f"| ours {line} |") for line in (2, 3, 4, 5)]
    assert min(places) == places[3]
    lines = answers.lines(found)
    assert any("base rates by pathway" in line for line in lines)
    assert all(word in page for word in ("zero effect", "constant d"))
