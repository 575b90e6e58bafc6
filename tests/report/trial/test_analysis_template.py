"""The functions of the script that leaves the house, one by one; ``test_script.py`` runs it whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from effleurage.engine.streams import normals
from effleurage.report.trial import analysis_template as script

Setter = Callable[..., None]
PRESSURE = script.OUTCOMES[0]
COLUMNS = {"therapist": "", "period": "1", "outcome": "systolic pressure", "instrument": "cuff", "unit": "mmHg"}


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Setter:
    """Settings of the script, for one test."""

    def settle(**said: str) -> None:
        for name, value in said.items():
            monkeypatch.setattr(script, name, value)

    return settle


def luck(purpose: str, count: int) -> np.ndarray:
    return normals(11, f"made up {purpose}", np.arange(count))


def parallel(count: int = 12, therapists: int = 0) -> pd.DataFrame:
    """A person a line, as ``table_of`` makes them; the arms in turn, and so the therapists of each arm."""
    before = 120 + 9 * luck("before", count)
    arms = np.array(["massage", "rest"])[np.arange(count) % 2]
    turn = np.char.add(np.char.add(arms, " "), (np.arange(count) // 2 % max(therapists, 1)).astype(str))
    return pd.DataFrame(
        {
            "person": [f"P{place}" for place in range(count)],
            "period": "1",
            "arm": arms,
            "therapist": turn if therapists else "",
            "before": before,
            "after": 50 + 0.6 * before + 5 * luck("after", count),
        }
    )


def written(folder: Path, *values: str, **said: str) -> str:
    """The path of a data set: a person measured twice in each arm, ``values`` in the order of its lines."""
    base = [
        {**COLUMNS, "person": arm, "arm": arm, "occasion": occasion, "value": "100", "missing": "", **said}
        for arm in script.ARMS
        for occasion in ("before", "after")
    ]
    rows = [{**row, "value": value} for row, value in zip(base, values, strict=True)] if values else base
    pd.DataFrame(rows).to_csv(folder / "data.csv", index=False)
    return str(folder / "data.csv")


def test_values_are_read_as_numbers_and_one_with_a_reason_to_be_missing_is_none(tmp_path: Path) -> None:
    data = script.read(written(tmp_path, " 101.5 ", "", "99", "98"))
    np.testing.assert_array_equal(data["value"], [101.5, np.nan, 99, 98])
    assert script.read(written(tmp_path, missing="cuff slipped"))["value"].isna().all()


def test_what_is_no_number_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"data\.csv, line 4: the value 'inf' is no number"):
        script.read(written(tmp_path, "1", "2", "inf", "4"))


def test_a_table_has_a_line_a_person_and_period_and_keeps_its_unit(tmp_path: Path) -> None:
    wide, unit = script.table_of(script.read(written(tmp_path, "121", "118", "125", "124")), PRESSURE)
    assert unit == "mmHg"
    assert wide.set_index("arm")[["before", "after"]].to_dict("index") == {
        "massage": {"before": 121, "after": 118},
        "rest": {"before": 125, "after": 124},
    }


def test_a_logarithm_is_taken_where_the_scale_is_one(tmp_path: Path) -> None:
    wide, _ = script.table_of(script.read(written(tmp_path, *[str(np.e)] * 4)), {**PRESSURE, "log": True})
    np.testing.assert_allclose(wide[["before", "after"]], 1.0)


@given(st.integers(2, 30), st.integers(2, 30), st.floats(0.1, 10))
def test_freedom_of_two_teams_is_that_of_student_and_of_welch(many: int, others: int, wider: float) -> None:
    first, second = luck("first", many), wider * luck("second", others)
    errors = [values.var(ddof=1) / len(values) for values in (first, second)]
    found = script.freedom(errors[0], errors[1], many, others, (True, True))
    if many == others:
        assert found == stats.ttest_ind(first, second).df
    elif 2 in (many, others):
        assert found == 1
    else:
        assert found == pytest.approx(stats.ttest_ind(first, second, equal_var=False).df)


def test_of_two_therapists_in_one_arm_one_degree_is_left() -> None:
    assert script.freedom(1.0, 1.0, 2, 40, (True, False)) == 1


def test_a_mean_a_therapist_where_they_share_an_arm_else_a_line_a_person() -> None:
    rows = parallel(12, therapists=3).assign(left=1.0)
    rows = rows[rows["arm"] == "massage"]
    assert len(script.units_of(rows, True)) == 3 and len(script.units_of(rows, False)) == 6
    np.testing.assert_allclose(
        script.units_of(rows, True)["before"], [rows["before"].iloc[[k, k + 3]].mean() for k in range(3)]
    )


@pytest.mark.parametrize(
    ("therapists", "teams", "words"),
    [(0, [], []), (1, [], ["one therapist in massage, rest"]), (3, ["massage", "rest"], ["fewer than 10 therapists"])],
)
def test_one_therapist_is_no_team_and_a_few_are_said_to_be_few(
    therapists: int, teams: list[str], words: list[str]
) -> None:
    found, notes = script.teams_of(parallel(24, therapists))
    assert found == teams and len(notes) == len(words)
    assert all(word in note for word, note in zip(words, notes, strict=True))


def test_by_therapists_alike_in_number_is_students_test_of_their_means() -> None:
    rows = parallel(24, therapists=4)
    rows = rows.assign(left=rows["after"] - rows["before"])
    means = rows.groupby(["arm", "therapist"])["left"].mean()
    told = stats.ttest_ind(means["massage"], means["rest"])
    estimate, error, df = script.by_therapists(rows, "rest", ["massage", "rest"], 0.0)
    assert (estimate / error, df) == pytest.approx((told.statistic, told.df))


def test_a_slope_that_is_in_doubt_widens_the_error_by_the_gap_before() -> None:
    rows = parallel(24, therapists=4).assign(left=lambda table: table["after"])
    sure, unsure = (script.by_therapists(rows, "rest", ["massage", "rest"], doubt)[1] for doubt in (0.0, 0.5))
    gap = rows.groupby(["arm", "therapist"])["before"].mean().groupby("arm").mean()
    assert unsure**2 - sure**2 == pytest.approx(0.5 * (gap["massage"] - gap["rest"]) ** 2)


def test_parallel_adjusts_for_the_first_measurement_and_the_change_score_does_not(set_to: Setter) -> None:
    used, outcome, x, absorbed = script.parallel(parallel())
    assert list(x) == ["constant", "before"] and x["before"].sum() == pytest.approx(0) and absorbed == 0
    np.testing.assert_array_equal(outcome, used["after"])
    set_to(ANALYSIS="change")
    used, outcome, x, _ = script.parallel(parallel())
    assert list(x) == ["constant"]
    np.testing.assert_array_equal(outcome, used["after"] - used["before"])


def test_a_crossover_needs_the_last_measurement_of_two_periods(set_to: Setter) -> None:
    set_to(LAYOUT="crossover")
    rows = pd.concat([parallel(6), parallel(6).assign(period="2", arm=["rest", "massage"] * 3)], ignore_index=True)
    rows.loc[0, "before"], rows.loc[7, "after"] = np.nan, np.nan
    used, _, x, absorbed = script.crossover(rows)
    assert sorted(used["person"].unique()) == ["P0", "P2", "P3", "P4", "P5"] and absorbed == 5
    assert list(x) == ["period 2"] and x["period 2"].sum() == 5


@given(st.floats(-50, 50))
def test_what_is_added_after_the_massage_is_added_to_the_estimate(more: float) -> None:
    rows = parallel(14)
    moved = rows.assign(after=rows["after"] + np.where(rows["arm"] == "massage", more, 0.0))
    (_, found), (_, again) = script.estimate(rows), script.estimate(moved)
    assert again["rest"]["b"] - found["rest"]["b"] == pytest.approx(more, abs=1e-8)
    assert again["rest"]["se"] == pytest.approx(found["rest"]["se"], rel=1e-8)


def test_pairs_by_therapists_of_one_team_is_a_test_of_its_means(set_to: Setter) -> None:
    set_to(LAYOUT="crossover")
    count = 16
    rows = pd.concat(
        [
            parallel(count).assign(period="1", arm="massage", value=luck("one", count)),
            parallel(count).assign(period="1", arm="rest", value=luck("two", count)),
        ]
    )
    rows["therapist"] = np.where(rows["arm"] == "massage", rows["person"].str[1:].astype(int) % 4, -1).astype(str)
    estimate, error, df = script.pairs_by_therapists(rows, "rest", ["massage"])
    gone = (luck("one", count) - luck("two", count)).reshape(4, 4).mean(axis=0)
    told = stats.ttest_1samp(gone, 0)
    assert (estimate, estimate / error, df) == pytest.approx((gone.mean(), told.statistic, 3))
