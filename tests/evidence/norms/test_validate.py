"""The gate: no new red, and what is broken on purpose is seen."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from effleurage.evidence.norms.targets import Target, known_misses, shipped_targets
from effleurage.evidence.norms.validate import as_json, summary, validate
from effleurage.report.scoreboard.scoreboard_page import MEANS, as_html, as_markdown, misses_first


@pytest.fixture(scope="module")
def board() -> pd.DataFrame:
    return validate(shipped_targets())


def named(*names: str) -> list[Target]:
    return [target for target in shipped_targets() if target.id in names]


@pytest.mark.slow
def test_no_new_red(board: pd.DataFrame) -> None:
    red = set(board.loc[board["status"] == "red", "id"])
    assert red - set(known_misses()) == set()


@pytest.mark.slow
def test_every_known_miss_still_misses(board: pd.DataFrame) -> None:
    missed = set(board.loc[board["status"].isin(["red", "yellow"]), "id"])
    assert set(known_misses()) - missed == set()


def test_a_target_broken_on_purpose_turns_red() -> None:
    (sound,) = named("ACTH, 24-hour mean (Carroll)")
    broken = sound.model_copy(update={"id": "broken", "value": 3 * sound.value})
    assert validate([sound, broken])["status"].tolist() == ["green", "red"]


def test_a_wrong_direction_is_red_however_near() -> None:
    (sound,) = named("no awakening rise yet after 10 min")
    turned = sound.model_copy(update={"id": "turned", "direction": "down"})
    row = validate([sound, turned]).set_index("id")
    assert row.loc["turned", "distance"] < 1.96
    assert row.loc["turned", "status"] == "red"


def test_what_is_not_verified_gates_nothing() -> None:
    (sound,) = named("ACTH, 24-hour mean (Carroll)")
    loose = sound.model_copy(update={"value": 900.0, "seen": "-"})
    table = validate([loose])
    assert table["status"].tolist() == ["ungated"]
    assert summary(table)["gated"] == 0


@pytest.mark.parametrize(
    ("arrow", "name"),
    [
        ("stressor->provocation", "TSST, plasma cortisol 35 min after the start"),
        ("exercise->adrenaline_own", "adrenaline, 40 % VO2max for 20 min"),
        ("gr_exposure->t_release", "T cells, 14:00 over 02:00"),
    ],
)
def test_a_target_turns_red_without_the_arrow_it_rests_on(arrow: str, name: str) -> None:
    assert validate(named(name))["status"].tolist() == ["green"]
    assert validate(named(name), without=[arrow])["status"].tolist() == ["red"]


def test_the_json_is_whole_and_finite() -> None:
    found = as_json(validate(named("ACTH, 24-hour mean (Carroll)", "IL-6 at rest")))
    row = found["targets"][0]
    assert {"id", "ring", "use", "published", "simulated", "ordering_ok", "inside", "status"} <= set(row)
    assert {"value", "low", "high", "unit", "n", "source"} == set(row["published"])
    assert {"median_fold_error", "coverage_90"} <= set(found["summary"])
    json.loads(json.dumps(found), parse_constant=pytest.fail)


def test_pages_put_misses_first_and_say_why() -> None:
    (sound,) = named("ACTH, 24-hour mean (Carroll)")
    broken = sound.model_copy(update={"id": "broken | <b>", "value": 3 * sound.value})
    table = validate([sound, broken])
    assert misses_first(table)["status"].tolist() == ["red", "green"]
    why = {"broken | <b>": "because it was broken"}
    text = as_markdown(table, why)
    assert text.index("## Red") < text.index("## Green")
    assert "because it was broken" in text
    page = as_html(table, why)
    assert "because it was broken" in page
    assert "<b>\n" not in page
    assert all(f"<dd>{MEANS[status][:1].upper()}{MEANS[status][1:]}.</dd>" in page for status in MEANS)
    assert "broken | &lt;b&gt;" in page
