"""Challenges carried out in one pass, here on people who are not simulated: all goes up by two fifths at 10:00."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.report.made_up import pretended, tried

from effleurage.errors import RequestError
from effleurage.evidence.challenges.challenge import Challenge, Curve, challenges
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.challenges.tried import PEOPLE, Tried, lengthened, try_out, wanted
from effleurage.evidence.norms import looked
from effleurage.evidence.norms.looked import key_of
from effleurage.evidence.norms.targets import Target, World
from effleurage.evidence.norms.validate import spreads


@pytest.fixture(scope="module")
def whole() -> Tried:
    return tried()


def one_point(whole: Tried, target: str) -> tuple[Any, Any]:
    """The panel on which a target is, and its point there."""
    ((panel, point),) = [(own, it) for own in whole.panels for it in own.points if it.target == target]
    return panel, point


def at(panel: Any, minute: float) -> float:
    return float(panel.course.set_index("minute")["median"][minute])


def target(name: str) -> Target:
    (found,) = [own for own in shipped_challenges() if own.id == name]
    return found


def test_every_value_is_held_against_the_rule_and_counted_under_its_challenge(whole: Tried) -> None:
    assert list(whole.table["id"]) == [own.id for own in shipped_challenges()]
    tally = whole.tally().set_index("challenge")
    assert tally["targets"].sum() == len(shipped_challenges())
    assert (tally[["red", "yellow", "green", "ungated"]].sum(axis=1) == tally["targets"]).all()
    assert whole.people == PEOPLE == 64
    row = whole.table.set_index("id").loc["ovine CRH, peak of ACTH (Young1990)"]
    assert row["challenge"] == "crh" and row["quote"] and row["compared"] == "ratio"
    assert row["difference"] == pytest.approx(row["simulated"] - row["published"])


def test_most_misses_come_first(whole: Tried) -> None:
    tally = whole.tally()
    misses = list(zip(-tally["red"], -tally["yellow"], strict=True))
    assert misses == sorted(misses) and tally["red"].iloc[0] > tally["red"].iloc[-1]


def test_the_curves_are_those_of_the_list(whole: Tried) -> None:
    listed = {(one.id, own.title, name) for one in challenges().values() for own in one.curve for name in own.draw}
    assert {(panel.challenge, panel.curve.title, panel.quantity) for panel in whole.panels} == listed
    for panel in whole.panels:
        begin, end = panel.curve.span
        assert panel.course["minute"].is_monotonic_increasing and panel.course["minute"].is_unique
        assert (panel.course["minute"].iloc[0], panel.course["minute"].iloc[-1]) >= (begin, end - 1440)
        assert (panel.course["low"] <= panel.course["median"]).all()
        assert (panel.course["median"] <= panel.course["high"]).all()
        assert all(begin <= start < stop <= end for start, stop in panel.done)


def test_most_values_are_on_a_curve_of_their_own_world_and_quantity(whole: Tried) -> None:
    known = {own.id: own for own in shipped_challenges()}
    points = [(panel, point) for panel in whole.panels for point in panel.points]
    assert len({point.target for _, point in points}) >= 70
    for panel, point in points:
        own = known[point.target]
        assert (own.challenge, own.quantity) == (panel.challenge, panel.quantity)
        assert own.world.model_dump(exclude={"days"}) == panel.curve.world.model_dump(exclude={"days"})
        assert point.low <= point.value <= point.high
        assert point.status == whole.table.set_index("id").loc[point.target, "status"]


def test_a_level_stands_where_it_was_published(whole: Tried) -> None:
    _, point = one_point(whole, "250 ug, total cortisol at 60 min (Vogeser2002)")
    own = target(point.target)
    assert (point.minute, point.value) == (2100.0, own.value)
    assert point.high - point.low == pytest.approx(2 * 1.959964 * own.standard_error)


def test_a_ratio_is_told_of_the_median_at_its_reference(whole: Tried) -> None:
    panel, point = one_point(whole, "ovine CRH, ACTH at 12:00 (OvineCRF1983)")
    before = at(panel, 2038.0)
    assert point.value == pytest.approx(1.62 * before, rel=1e-6)


def test_a_change_is_told_from_the_median_at_its_reference(whole: Tried) -> None:
    panel, point = one_point(whole, "adrenaline at 484 pg/mL, heart rate (Stratton1985)")
    assert point.value == pytest.approx(17 + at(panel, 2026.0), rel=1e-6)
    assert point.low < point.value < point.high and (point.begin, point.end) == (2054.0, 2054.0)


def test_a_reference_in_another_world_counts_too(whole: Tried) -> None:
    _, point = one_point(whole, "CBG as on the pill, total cortisol (Jung2011)")
    row = whole.table.set_index("id").loc[point.target]
    assert point.value == pytest.approx(row["published"] * 155, rel=0.01)


def test_a_peak_stands_where_the_model_has_its_own(whole: Tried) -> None:
    panel, point = one_point(whole, "ovine CRH, peak of ACTH (Young1990)")
    assert (point.begin, point.end) == (2070.0, 2100.0)
    assert point.minute == 2070.0 and at(panel, 2070.0) > at(panel, 2075.0)


def test_a_mean_over_hours_stands_in_their_middle(whole: Tried) -> None:
    _, point = one_point(whole, "night less day, systolic pressure (DiurnalProfile1992)")
    assert (point.begin, point.minute, point.end) == (2880.0, 3060.0, 3240.0)


def test_a_curve_passes_the_minutes_of_its_values_and_of_what_is_done(whole: Tried) -> None:
    panel, point = one_point(whole, "90 s in ice water, heart rate (Seals1990)")
    assert {point.minute, 2040.0, 2042.0} <= set(panel.course["minute"])
    assert panel.done == ((2040.0, 2042.0),)


def test_nights_are_told_of_hours_but_not_of_weeks(whole: Tried) -> None:
    night = whole.panels_of("night")[0]
    assert (2820.0, 3300.0) in night.done
    assert all(len(panel.done) <= 2 for panel in whole.panels_of("vaccine"))


def test_a_challenge_alone_gives_its_own_rows(whole: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked, "simulate", pretended)
    alone = try_out("posture")
    assert [one.id for one in alone.challenges] == ["posture"]
    same = whole.table[whole.table["challenge"] == "posture"].reset_index(drop=True)
    columns = ["id", "status", "status_1", "tau"]
    pd.testing.assert_frame_equal(alone.table[columns], same[columns])
    assert spreads(shipped_challenges())[same["id"][0]][0] == same["tau"][0]


def test_an_unknown_name_is_refused_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked, "simulate", None)
    with pytest.raises(RequestError, match="Did you mean 'posture'"):
        try_out("postur")


def test_worlds_that_differ_in_days_alone_become_one() -> None:
    chosen = [challenges()["vaccine"]]
    own = [it for it in shipped_challenges() if it.challenge == "vaccine"]
    before = {key_of(world) for _, world, _ in wanted(own, chosen)}
    targets, longer = lengthened(own, chosen)
    after = {key_of(world) for _, world, _ in wanted(targets, longer)}
    assert len(after) <= len(before) - 3
    assert [it.look.minutes() for it in targets] == [it.look.minutes() for it in own]


def test_a_value_whose_looks_hang_on_the_days_keeps_its_world() -> None:
    daily = target("free cortisol at 08:00 (UnboundCortisol1978)").model_copy(update={"at": "every day 08:00"})
    curve = Curve("longer", World(people={"age": 30.0}, days=5), "day 1 08:00 to 10:00", ("cortisol",))
    (kept,), _ = lengthened([daily], [Challenge("cortisol given", "t", "a", (curve,))])
    assert kept.world.days == 2
    assert np.isfinite(kept.value)
