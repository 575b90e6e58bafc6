from __future__ import annotations

import io
import re
import runpy
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

from effleurage.engine.streams import normals
from effleurage.report.trial import analysis_template
from effleurage.report.trial.script import analysis_script
from effleurage.trial.conduct.codebook import DATA_COLUMNS
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.therapists import shared, shared_pairs

PRESSURE = Measure(outcome="systolic pressure", instrument="cuff")
CORTISOL = Measure(outcome="cortisol", instrument="saliva")
ARMS = (Arm(name="massage"), Arm(name="rest", kind="rest"))


def luck(purpose: str, count: int) -> np.ndarray:
    return normals(7, f"made up {purpose}", np.arange(count))


def design(*measures: Measure, arms: tuple[Arm, ...] = ARMS, **said: Any) -> Design:
    return Design(title="It's a 'trial' of \"hands\"\n", arms=arms, outcomes=measures or (PRESSURE,), **said)


def made(arms: list[str], outcome: str, instrument: str, unit: str, log: bool = False, **said: Any) -> pd.DataFrame:
    """Persons of the arms, in turn, 3 to 5 apart after."""
    n = len(arms)
    before = 120 + 10 * luck(f"{outcome} before", n)
    after = 40 + before * 0.6 + 6 * luck(f"{outcome} after", n) - 4 * (np.array(arms) == "massage")
    first, second = (np.exp(values / 40) if log else values for values in (before, after))
    base = {
        "person": [f"P{number:03d}" for number in range(n)],
        "arm": arms,
        "sequence": "",
        "therapist": ["T1" if arm == "massage" else "" for arm in arms],
        "period": 1,
        "outcome": outcome,
        "instrument": instrument,
        "unit": unit,
    }
    base |= said
    rows = [
        pd.DataFrame({**base, "occasion": occasion, "minute": minute, "value": values, "missing": ""})
        for occasion, minute, values in (("before", 1000, first), ("after", 20000, second))
    ]
    return pd.concat(rows, ignore_index=True)[list(DATA_COLUMNS)]


def run(folder: Path, plan: Design, data: pd.DataFrame | None) -> subprocess.CompletedProcess[str]:
    (folder / "analysis.py").write_text(analysis_script(plan), encoding="utf-8")
    if data is not None:
        data.to_csv(folder / "data.csv", index=False)
    command = [sys.executable, "-I", "-W", "error", "analysis.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def results(folder: Path, plan: Design, data: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """What the script writes and prints; run within this process, which takes a tenth of the time."""
    (folder / "analysis.py").write_text(analysis_script(plan), encoding="utf-8")
    data.to_csv(folder / "data.csv", index=False)
    said = io.StringIO()
    with chdir(folder), redirect_stdout(said), warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("error")
        patch.setattr(sys, "argv", ["analysis.py"])
        runpy.run_path("analysis.py", run_name="__main__")
    return pd.read_csv(folder / "results.csv", keep_default_na=False), said.getvalue()


def wide(data: pd.DataFrame) -> pd.DataFrame:
    keys = ["person", "arm", "period", "therapist"]
    return data.pivot(index=keys, columns="occasion", values="value").reset_index()


def test_ancova_is_that_of_statsmodels_on_the_scale_of_the_instrument(tmp_path: Path) -> None:
    arms = ["massage", "rest"] * 15
    pressure = made(arms, "systolic pressure", "cuff", "mmHg")
    cortisol = made(arms, "cortisol", "saliva", "nmol/L", True)
    pressure.loc[3, ["value", "missing"]] = [np.nan, "not measured"]
    pressure.loc[32, "missing"] = "cuff slipped"
    table, said = results(tmp_path, design(PRESSURE, CORTISOL), pd.concat([pressure, cortisol]))
    pressure.loc[32, "value"] = np.nan
    cortisol["value"] = np.log(cortisol["value"])
    scales: tuple[Callable[[Any], np.ndarray], ...] = (np.array, np.exp)
    for row, data, back in zip(table.to_dict("records"), (pressure, cortisol), scales, strict=True):
        fit = smf.ols("after ~ before + C(arm, Treatment('rest'))", wide(data).dropna()).fit()
        name = next(name for name in fit.params.index if "massage" in name)
        expected = back([fit.params[name], *fit.conf_int().loc[name]])
        np.testing.assert_allclose([row["estimate"], row["lower"], row["upper"]], expected, rtol=1e-10)
        np.testing.assert_allclose([row["p"], row["se"]], [fit.pvalues[name], fit.bse[name]], rtol=1e-10)
        assert row["df"] == fit.df_resid
    assert list(table["effect"]) == ["difference", "ratio"] and list(table["unit"]) == ["mmHg", ""]
    first = table.iloc[0]
    assert (first["planned"], first["analysed"], first["missing_before"], first["missing_after"]) == (15, 14, 0, 1)
    assert (first["analysed_versus"], first["missing_before_versus"], first["missing_after_versus"]) == (14, 1, 0)
    assert "one therapist in massage" in first["note"]
    assert "cortisol (saliva)" in said and "14 of 15 analysed" in said and "not corrected" in said


def test_the_first_arm_is_compared_with_every_other_in_one_model(tmp_path: Path) -> None:
    arms = (*ARMS, Arm(name="talk: it's", kind="attention"), Arm(name="empty", kind="waiting list"))
    data = made(["massage", "rest", "talk: it's"] * 10, "systolic pressure", "cuff", "mmHg")
    table, _ = results(tmp_path, design(arms=arms), data)
    fit = smf.ols("after ~ before + C(arm)", wide(data)).fit()
    expected = [-fit.params["C(arm)[T.rest]"], -fit.params["C(arm)[T.talk: it's]"]]
    np.testing.assert_allclose(table["estimate"][:2].astype(float), expected, rtol=1e-10)
    assert list(table["versus"]) == ["rest", "talk: it's", "empty"] and table["estimate"][2] == ""
    assert "fewer than 2" in table["note"][2]


def test_the_change_score_where_the_design_asks_for_it(tmp_path: Path) -> None:
    data = made(["massage", "rest"] * 8, "systolic pressure", "cuff", "mmHg")
    table, said = results(tmp_path, design(analysis="change", reason="as in the trial before"), data)
    both = wide(data).assign(change=lambda rows: rows["after"] - rows["before"]).groupby("arm")["change"]
    t = stats.ttest_ind(both.get_group("massage"), both.get_group("rest"))
    np.testing.assert_allclose(table["p"], t.pvalue, rtol=1e-10)
    assert "as in the trial before" in said


def test_one_arm_has_a_change_and_a_warning(tmp_path: Path) -> None:
    data = made(["massage"] * 9, "systolic pressure", "cuff", "mmHg")
    table, said = results(tmp_path, design(arms=ARMS[:1]), data)
    t = stats.ttest_rel(wide(data)["after"], wide(data)["before"])
    np.testing.assert_allclose(table["p"], t.pvalue, rtol=1e-10)
    assert "not the effect" in table["note"][0] and "one arm" in said
    assert "change within persons" in said and "compared with nothing" in said
    source = analysis_script(design(arms=ARMS[:1]))
    assert "ANALYSIS = 'change'" in source and "ANCOVA" not in source and "allocated" not in source
    assert "ANCOVA" in analysis_script(design()) and "ANALYSIS = 'ancova'" in analysis_script(design())


def test_a_crossover_is_analysed_within_persons_adjusted_for_the_period(tmp_path: Path) -> None:
    n = 12
    orders = [("massage", "rest"), ("rest", "massage")] * (n // 2)
    periods = []
    for period in (1, 2):
        arms = [order[period - 1] for order in orders]
        one = made(arms, "systolic pressure", "cuff", "mmHg", period=period)
        one["value"] += 3 * period * luck(f"day {period}", 2 * n) + 5 * period
        periods.append(one)
    data = pd.concat(periods, ignore_index=True)
    gone = (data["person"] == "P004") & (data["period"] == 2) & (data["occasion"] == "after")
    data.loc[gone, ["value", "missing"]] = [np.nan, "dropped out"]
    table, said = results(tmp_path, design(layout="crossover"), data)
    ends = wide(data).pivot(index="person", columns="period", values="after").dropna()
    sign = np.array([1.0 if order[0] == "massage" else -1.0 for order in orders])[[p != 4 for p in range(n)]]
    fit = sm.OLS((ends[1] - ends[2]).to_numpy(), np.column_stack([sign, np.ones(len(sign))])).fit()
    row = table.iloc[0]
    np.testing.assert_allclose(
        [row["estimate"], row["lower"], row["upper"], row["p"], row["se"]],
        [fit.params[0], *fit.conf_int()[0], fit.pvalues[0], fit.bse[0]],
        rtol=1e-10,
    )
    assert row["df"] == n - 1 - 2 == fit.df_resid and row["analysed"] == n - 1 and row["planned"] == n
    assert "within persons" in said


def test_clustered_errors_are_the_t_test_of_means_of_therapists_where_they_are_alike(tmp_path: Path) -> None:
    arms = (Arm(name="massage", therapists=4), Arm(name="talk", kind="attention", therapists=4))
    data = made(["massage", "talk"] * 24, "systolic pressure", "cuff", "mmHg")
    number = data["person"].str[1:].astype(int)
    data["therapist"] = data["arm"].str[0] + (number // 2 % 4).astype(str)
    table, _ = results(tmp_path, design(arms=arms, analysis="change", reason="a check"), data)
    means = wide(data).assign(change=lambda rows: rows["after"] - rows["before"])
    means = means.groupby(["arm", "therapist"])["change"].mean()
    t = stats.ttest_ind(means["massage"], means["talk"])
    low, high = t.confidence_interval()
    row = table.iloc[0]
    np.testing.assert_allclose([row["p"], row["lower"], row["upper"], row["df"]], [t.pvalue, low, high, 6], rtol=1e-9)
    assert row["errors"] == "clustered by therapist" and "fewer than 10 therapists" in row["note"]


def test_with_therapists_in_one_arm_only_little_is_known_of_it(tmp_path: Path) -> None:
    arms = (Arm(name="massage", therapists=3), ARMS[1])
    data = made(["massage", "rest"] * 30, "systolic pressure", "cuff", "mmHg")
    number = data["person"].str[1:].astype(int)
    data["therapist"] = np.where(data["arm"] == "massage", "T" + (number // 2 % 3).astype(str), "")
    table, _ = results(tmp_path, design(arms=arms), data)
    fit = smf.ols("after ~ before + C(arm, Treatment('rest'))", wide(data)).fit()
    np.testing.assert_allclose(table["estimate"], fit.params.iloc[1:2], rtol=1e-10)
    assert 1 < table["df"][0] < 57 and table["errors"][0] == "clustered by therapist"


def test_two_ends_of_one_outcome_are_told_apart_by_their_time(tmp_path: Path) -> None:
    measures = (
        Measure(outcome="systolic pressure", instrument="cuff", after=1),
        Measure(outcome="systolic pressure", instrument="cuff", after=0),
    )
    soon = made(["massage", "rest"] * 8, "systolic pressure", "cuff", "mmHg")
    late = soon.assign(minute=soon["minute"] + 1440, value=soon["value"] + 3 * luck("late", len(soon)))
    table, _ = results(tmp_path, design(*measures), pd.concat([late, soon]))
    for row, data in zip(table.to_dict("records"), (late, soon), strict=True):
        fit = smf.ols("after ~ before + C(arm)", wide(data)).fit()
        np.testing.assert_allclose(row["estimate"], -fit.params["C(arm)[T.rest]"], rtol=1e-10)
    assert list(table["when"]) == ["1 day after the last session", "10 min after the last session"]


def test_a_first_measurement_alike_in_everybody_leaves_a_reason(tmp_path: Path) -> None:
    data = made(["massage", "rest"] * 5, "systolic pressure", "cuff", "mmHg")
    data.loc[data["occasion"] == "before", "value"] = 0.0
    table, said = results(tmp_path, design(), data)
    assert table["estimate"][0] == "" and "alike in everybody" in said
    data.loc[:, ["value", "missing"]] = [np.nan, "lost"]
    table, said = results(tmp_path, design(), data)
    assert "too few persons" in table["note"][0] and table["missing_after"][0] == 5


@pytest.mark.parametrize(
    ("spoiled", "sentence"),
    [
        (lambda data: data.drop(columns=["arm", "value"]), "lacks the columns arm, value."),
        (lambda data: data.drop(columns=["missing"]), "lacks the column missing."),
        (lambda data: data.assign(arm="sham"), "has the arm 'sham', which is none of: massage, rest"),
        (lambda data: data.assign(value="n/a"), "line 2: the value 'n/a' is no number"),
        (lambda data: data.assign(outcome="cortisol"), "hold no systolic pressure (cuff)"),
        (lambda data: pd.concat([data, data[:1]]), "of person P000 stands twice"),
        (lambda data: data.assign(unit=["mmHg"] * (len(data) - 1) + ["kPa"]), "several units: kPa, mmHg"),
        (lambda data: pd.DataFrame(), "cannot be read as CSV"),
    ],
)
def test_what_cannot_be_analysed_is_said(tmp_path: Path, spoiled: object, sentence: str) -> None:
    data = made(["massage", "rest"] * 4, "systolic pressure", "cuff", "mmHg")
    assert callable(spoiled)
    with pytest.raises(SystemExit) as refused:
        results(tmp_path, design(), spoiled(data))
    assert sentence in str(refused.value) and not (tmp_path / "results.csv").exists()


def test_without_the_file_or_a_column_there_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    data = made(["massage", "rest"] * 4, "systolic pressure", "cuff", "mmHg")
    for given, sentence in ((None, "there is no file data.csv"), (data.drop(columns="missing"), "column missing.")):
        done = run(tmp_path, design(), given)
        assert done.returncode == 1 and sentence in done.stderr
        assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1


def test_a_logarithm_of_nothing_is_refused(tmp_path: Path) -> None:
    data = made(["massage", "rest"] * 4, "cortisol", "saliva", "nmol/L")
    data.loc[0, "value"] = 0.0
    with pytest.raises(SystemExit, match="0 or less"):
        results(tmp_path, design(CORTISOL), data)


def test_alone_in_a_process_of_its_own_it_writes_the_same(tmp_path: Path) -> None:
    data = made(["massage", "rest"] * 8, "systolic pressure", "cuff", "mmHg")
    table, said = results(tmp_path, design(), data)
    (tmp_path / "results.csv").unlink()
    done = run(tmp_path, design(), data)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout == said
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "results.csv", keep_default_na=False), table)


def test_the_script_needs_nothing_of_ours() -> None:
    script = analysis_script(design(PRESSURE, CORTISOL))
    imports = [line for line in script.splitlines() if line.startswith(("import ", "from "))]
    needed = {line.split()[1].split(".")[0] for line in imports} - sys.stdlib_module_names
    assert needed == {"numpy", "pandas", "statsmodels", "scipy"}
    compile(script, "analysis.py", "exec")
    assert max(map(len, script.splitlines())) <= 120
    assert "effleurage" not in script and "# fmt" not in script and "# long" not in script


def test_the_template_as_it_stands_is_the_script_of_an_example() -> None:
    text = Path(str(analysis_template.__file__)).read_text(encoding="utf-8")
    house = re.compile(r"^# (?:fmt|long): .*\n", re.MULTILINE)
    assert house.sub("", text) == analysis_script(design(PRESSURE, CORTISOL).model_copy(update={"title": "An example"}))


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        ((3, 0), {}),
        ((4, 0), {"analysis": "change", "reason": "a check"}),
        ((4, 4), {}),
        ((4, 3), {}),
        ((2, 0), {}),
        ((0, 5), {}),
    ],
)
def test_it_counts_therapists_as_the_simulated_trials_of_a_plan_do(
    tmp_path: Path, teams: tuple[int, int], said: dict[str, str]
) -> None:
    arms = (Arm(name="massage", therapists=teams[0]), Arm(name="talk", kind="attention", therapists=teams[1]))
    data = made(["massage", "talk"] * 25, "systolic pressure", "cuff", "mmHg")
    turn = data["person"].str[1:].astype(int) // 2
    many = np.where(data["arm"] == "massage", teams[0], teams[1])
    data["therapist"] = np.where(many > 0, data["arm"] + " " + (turn % np.maximum(many, 1)).astype(str), "")
    data["value"] += 3 * (data["occasion"] == "after") * (turn % np.maximum(many, 1))
    data.loc[[3, 60], ["value", "missing"]] = [np.nan, "lost"]
    table, _ = results(tmp_path, design(arms=arms, **said), data)
    rows = wide(data)
    codes = np.where(rows["therapist"] == "", -1, pd.factorize(rows["therapist"])[0])
    found = shared(
        rows[["before"]].to_numpy().T,
        rows[["after"]].to_numpy().T,
        (rows["arm"] == "massage").to_numpy().astype(int),
        codes,
        change="analysis" in said,
    )
    row = table.iloc[0]
    wanted = [found.estimate[0], found.error[0], found.df[0], found.p[0], found.low[0], found.high[0]]
    np.testing.assert_allclose(row[["estimate", "se", "df", "p", "lower", "upper"]].astype(float), wanted, rtol=1e-9)
    assert row["errors"] == "clustered by therapist"


@pytest.mark.parametrize("teams", [(4, 0), (4, 4), (4, 3)])
def test_it_counts_the_therapists_of_a_crossover_too(tmp_path: Path, teams: tuple[int, int]) -> None:
    n = 26
    arms = (Arm(name="massage", therapists=teams[0]), Arm(name="talk", kind="attention", therapists=teams[1]))
    orders = [("massage", "talk"), ("talk", "massage")] * (n // 2)
    periods = []
    for period in (1, 2):
        now = [order[period - 1] for order in orders]
        one = made(now, "systolic pressure", "cuff", "mmHg", period=period)
        one["value"] += 3 * period * luck(f"day {period}", 2 * n) + 5 * period
        turn = one["person"].str[1:].astype(int) // 2
        many = np.where(one["arm"] == "massage", *teams)
        one["therapist"] = np.where(many > 0, one["arm"] + " " + (turn % np.maximum(many, 1)).astype(str), "")
        periods.append(one)
    data = pd.concat(periods, ignore_index=True)
    table, _ = results(tmp_path, design(arms=arms, layout="crossover"), data)
    ends = wide(data).pivot(index="person", columns="period", values="after")
    place = np.arange(n) // 2
    who = tuple(place % many for many in teams if many)
    found = shared_pairs(ends[[1]].to_numpy().T, ends[[2]].to_numpy().T, (np.arange(n) + 1) % 2, who)
    wanted = [found.estimate[0], found.error[0], found.df[0], found.p[0]]
    np.testing.assert_allclose(table.iloc[0][["estimate", "se", "df", "p"]].astype(float), wanted, rtol=1e-9)
