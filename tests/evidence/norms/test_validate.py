"""The gate: no new red, and what is broken on purpose is seen."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from effleurage.evidence.norms.targets import Target, known_misses, shipped_targets
from effleurage.evidence.norms.validate import Simulated, as_json, scored, spreads, summary, validate
from effleurage.people.simulate import whole_body
from effleurage.report.scoreboard.scoreboard_page import MEANS, as_html, as_markdown, misses_first, totals

RESTS_ON = {
    "TSST, plasma cortisol 35 min after the start": "stressor->provocation",
    "beta-endorphin, 80 % VO2max for 20 min": "exercise->work",
    "T cells, 14:00 over 02:00": "gr_exposure->t_release",
}
"""Target -> the arrow without which it is missed."""


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


def test_what_is_compatible_but_far_is_yellow_by_rule_2_and_green_by_rule_1() -> None:
    (sound,) = named("ACTH, 24-hour mean (Carroll)")
    unsure = sound.model_copy(update={"id": "unsure", "use": "seen", "value": 3 * sound.value, "se": 3 * sound.value})
    values = {target.id: Simulated(sound.value, 0.1) for target in (sound, unsure)}
    table = scored([sound, unsure], values, spreads([sound, unsure]))
    assert table["status"].tolist() == ["green", "yellow"]
    assert table["status_1"].tolist() == ["green", "green"]
    found = summary(table)
    assert (found["all"]["green"], found["all"]["rule_1"]["green"]) == (1, 2)
    assert (found["seen"]["targets"], found["seen"]["yellow"], found["predict"]["targets"]) == (1, 1, 0)
    lines = "\n".join(totals(table))
    assert "All: 1 of 2 green by rule 2 (50 %, 95 % interval 1 to 99), 1 yellow, 0 red; 2 green by rule 1;" in lines
    assert "Seen before: 0 of 1 green by rule 2" in lines and "Predicted" not in lines
    assert "<small>rule 1: green</small>" in as_html(table, {})
    assert "| unsure | seen | green |" in as_markdown(table, {})


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
    assert table["status"].tolist() == table["status_1"].tolist() == ["ungated"]
    assert summary(table)["gated"] == 0


def test_a_target_turns_red_without_the_arrow_it_rests_on() -> None:
    """All three are cut at once, for one body less three arrows is made ready in a third of the time of three."""
    targets = named(*RESTS_ON)
    beside = named(*(other for target in targets for other in target.above))
    for without, status in (((), "green"), (RESTS_ON.values(), "red")):
        table = validate([*targets, *beside], without=without).set_index("id")
        assert table.loc[list(RESTS_ON), "status"].tolist() == [status] * len(RESTS_ON)


def test_of_the_arrows_that_are_cut_together_only_its_own_tells_a_target() -> None:
    """Another is never used in its world, or ends where no arrow leads on to what the target is about."""
    for target in named(*RESTS_ON):
        for arrow in set(RESTS_ON.values()) - {RESTS_ON[target.id]}:
            source, _, end = arrow.partition("->")
            assert source in idle(target) or target.quantity not in reached_from(end), (target.id, arrow)
        source, _, end = RESTS_ON[target.id].partition("->")
        assert source not in idle(target) and target.quantity in reached_from(end), target.id


def idle(target: Target) -> set[str]:
    """Inputs of the body that are at rest all the time in every world of a target."""
    worlds = [look.world.protocol() for look in (target.look, target.other) if look]
    driven = {name for world in worlds for drive in world.schedule().drives for name in drive.inputs}
    return set(whole_body().inputs) - driven


def reached_from(start: str) -> set[str]:
    """What a quantity acts on, directly or through others, and itself."""
    reached, waiting = {start}, [start]
    while waiting:
        near = waiting.pop()
        new = {end for source, end in whole_body().arrows if source == near} - reached
        reached |= new
        waiting += new
    return reached


def test_the_json_is_whole_and_finite() -> None:
    found = as_json(validate(named("ACTH, 24-hour mean (Carroll)", "IL-6 at rest")))
    row = found["targets"][0]
    assert {"id", "ring", "use", "published", "simulated", "ordering_ok", "inside", "status"} <= set(row)
    assert "status_1" in row
    assert {"value", "low", "high", "unit", "n", "source"} == set(row["published"])
    assert {"median_fold_error", "coverage_90", "all", "fit", "predict", "seen"} <= set(found["summary"])
    assert found["summary"]["all"]["rule_1"]["green"] == found["summary"]["all"]["green"] == 2
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
