from __future__ import annotations

import re
from dataclasses import replace
from math import log
from string import Formatter
from typing import Any

import pandas as pd
import pytest

from effleurage.errors import DataError, RequestError
from effleurage.report.trial.paper import (
    TO_WRITE,
    Planned,
    _facts,
    consort_flow,
    sample_size,
    skeleton,
    spirit,
    spirit_items,
    strictotm,
)
from effleurage.trial.conduct.codebook import DATA_COLUMNS
from effleurage.trial.design.design import Arm, Design, Measure

PLAN = Planned(
    outcome="systolic pressure",
    n_per_arm=37,
    detectable=4.25,
    worthwhile=5.5,
    r=0.61,
    sd=11.3,
    unit="mmHg",
    power=0.83,
    alpha=0.045,
    basis="512 virtual persons",
)


def design(**said: Any) -> Design:
    base: dict[str, Any] = {
        "title": "Hands | or\nrest",
        "arms": (Arm(name="massage", pressure="moderate", therapists=3), Arm(name="rest", kind="rest")),
        "outcomes": (Measure(outcome="systolic pressure", instrument="cuff"),),
        "adherence": 0.91,
        "dropout": 0.12,
        "missing": 0.07,
        "therapist_icc": 0.06,
    }
    return Design(**{**base, **said})


def numbers(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"(?<![A-Za-z])\d+(?:\.\d+)?", text)}


def items(text: str) -> dict[str, str]:
    return dict(re.findall(r"^- \*\*(\w+) [^*]+\*\* (.+)$", text, re.MULTILINE))


def persons(arms: list[str], **said: Any) -> pd.DataFrame:
    base = {"person": [f"P{place}" for place in range(len(arms))], "arm": arms, "sequence": "", "therapist": ""}
    return pd.DataFrame({**base, "sessions_attended": 1, "dropped_out": "", "adverse_event": "", **said})


def data(who: pd.DataFrame, period: int = 1, **said: Any) -> pd.DataFrame:
    rows = who[["person", "arm", "sequence", "therapist"]].assign(period=period, missing="", value=100.0, unit="mmHg")
    rows = rows.assign(outcome="systolic pressure", instrument="cuff")
    both = [rows.assign(occasion=when, minute=minute) for when, minute in (("before", 10), ("after", 90))]
    return pd.concat(both, ignore_index=True)[list(DATA_COLUMNS)].assign(**said)


def test_every_number_of_the_paragraph_is_one_that_was_given() -> None:
    said = sample_size(design(), PLAN)
    assert numbers(said) == {37, 2, 4.25, 5.5, 0.61, 11.3, 83, 0.045, 512, 91, 12, 7, 6}
    assert "simulated on virtual people, not measured (512 virtual persons)" in said
    assert "37 persons are to be allocated to each of 2 arms" in said and "ANCOVA" in said
    assert "not large enough" not in said


def test_what_the_plan_cannot_find_is_said() -> None:
    values = {name: getattr(PLAN, name) for name in PLAN.__dataclass_fields__}
    assert "not large enough" in sample_size(design(), Planned(**{**values, "worthwhile": 2.0}))
    assert "No smallest worthwhile" in sample_size(design(), Planned(**{**values, "worthwhile": 0.0}))
    never = sample_size(design(), Planned(**{**values, "worthwhile": 9.0, "cannot_be": True}))
    assert "too near the end of the scale to move by as much" in never and "not large enough" not in never
    ratio = sample_size(design(), Planned(**{**values, "detectable": log(1.25), "log": True}))
    assert "to find a ratio of 1.25 (0.2231 on the scale" in ratio
    with pytest.raises(RequestError, match="never measured"):
        sample_size(design(), Planned(**{**values, "outcome": "aura"}))


def test_an_outcome_that_no_body_stands_behind_is_not_called_simulated() -> None:
    plan = Planned("PSS-10", 40, 3, 0, 0.6, 6, "points", 0.8, 0.05, "a survey")
    said = sample_size(design(outcomes=(Measure(outcome="PSS-10"),)), plan)
    assert "published numbers, and nothing was simulated (a survey)" in said and "no counterpart" in said


def test_a_crossover_counts_persons_once() -> None:
    said = sample_size(design(layout="crossover"), PLAN)
    assert "37 persons are to be allocated, each of whom gets all of 2 arms" in said
    assert "between the two periods" in said and "within persons, adjusted for the period" in said


def test_every_fact_that_an_item_names_is_known_of_every_design() -> None:
    for one in (design(), design(arms=(Arm(name="massage"),)), design(layout="crossover")):
        facts = _facts(one)
        for number, item in spirit_items().items():
            named = {name for said in (item.says, item.of_one_arm) for _, name, *_ in Formatter().parse(said) if name}
            assert named <= set(facts), number


def test_a_design_may_hold_what_a_template_would_read() -> None:
    assert "Hands {x}" in items(spirit(design(title="Hands {x}")))["1a"]


def test_all_34_items_of_spirit_are_there_and_filled_or_marked() -> None:
    found = items(spirit(design(), [PLAN]))
    assert {int(re.sub(r"\D", "", number)) for number in found} == set(range(1, 35)) and len(found) == 53
    assert found["19"] == "See the section 'Sample size'." and items(spirit(design()))["19"] == TO_WRITE
    assert "massage: swedish massage, moderate pressure" in found["15a"] and "rest: rest, 60 min" in found["15a"]
    assert "Therapists: massage 3, rest 0." in found["14b"] and "91 %" in found["15c"]
    assert "difference of means, mmHg" in found["16"] and "clustered by therapist" in found["27a"]
    assert "day 1 13:40 systolic pressure; day 1 14:00 session 1" in found["18"]
    assert "treatment policy" in found["27b"] and "7 %" in found["27c"]
    for number in ("2", "7a", "17", "22", "24a", "28a", "30", "32a", "34"):
        assert found[number] == TO_WRITE


def test_block_sizes_stay_out_of_the_protocol() -> None:
    found = items(spirit(design(block=14)))
    assert "14" not in found["21a"] + found["21b"] and "blocks" in found["21a"]


def test_a_crossover_tells_its_orders_and_its_wash_out() -> None:
    found = items(spirit(design(layout="crossover", washout=9)))
    assert found["1a"].endswith("protocol of a randomised crossover trial")
    assert "massage > rest, rest > massage" in found["12"] and "Wash-out: 9 d" in found["18"]


def test_the_seven_headings_of_strictotm() -> None:
    said = strictotm(design(sessions=4, every=7))
    assert re.findall(r"^(\d)\. ", said, re.MULTILINE) == list("1234567")
    assert "4 sessions, one every 7 d, at 14:00 (massage 60 min, rest 60 min)." in said
    assert "Therapists: massage 3" in said and said.count(TO_WRITE) == 6


def test_the_flow_counts_who_came_left_and_was_analysed() -> None:
    who = persons(["massage"] * 4 + ["rest"] * 3)
    who.loc[[1, 2, 5], "dropped_out"] = ["moved", "ill", None]
    who.loc[2, "sessions_attended"], who.loc[0, "adverse_event"] = 0, "sore | muscles"
    measured = data(who)
    measured.loc[measured["person"].isin(["P1", "P2"]) & (measured["occasion"] == "after"), "missing"] = "dropped out"
    measured.loc[4, "value"] = float("nan")
    table = {
        row[1]: row[2:-1] for row in map(cells, consort_flow(design(), who, measured).splitlines()) if len(row) > 3
    }
    assert table[""] == ["massage", "rest"] and table["Allocated"] == ["4", "3"]
    assert table["Attended a session"] == ["3", "3"]
    assert table["Dropped out"] == ["2 (1 ill, 1 moved)", "0"]
    assert table["Adverse events"] == ["1 (1 sore \\| muscles)", "0"]
    assert table["Analysed: systolic pressure (cuff), 10 min after the last session"] == ["2", "2"]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]


def test_the_flow_of_a_crossover_is_by_sequence() -> None:
    orders = ["massage > rest", "rest > massage"]
    who = persons(["massage", "rest"] * 3, sequence=orders * 3)
    both = pd.concat([data(who), data(who, period=2)], ignore_index=True)
    both.loc[(both["person"] == "P0") & (both["period"] == 2), "missing"] = "dropped out"
    both.loc[both["occasion"] == "before", "value"] = float("nan")
    said = consort_flow(design(layout="crossover"), who, both)
    assert "|  | massage > rest | rest > massage |" in said
    assert re.search(r"^\| Analysed: .* \| 2 \| 3 \|$", said, re.MULTILINE)


def test_without_data_nothing_is_counted_and_without_a_column_nothing_is_guessed() -> None:
    said = consort_flow(design())
    assert said.count("to be counted") == 2 * 5 and TO_WRITE in said and not re.search(r"\| \d", said)
    with pytest.raises(DataError, match="column dropped_out is missing"):
        consort_flow(design(), persons(["rest"]).drop(columns="dropped_out"))
    with pytest.raises(DataError, match="column value is missing"):
        consort_flow(design(), None, data(persons(["rest"])).drop(columns="value"))


def test_the_skeleton_holds_every_part_and_its_references() -> None:
    said = skeleton(design(), [PLAN])
    assert said.startswith("# Hands \\| or rest\n") and said.endswith("\n")
    for part in ("## Sample size", "SPIRIT 2025", "CONSORT 2025", "STRICTOTM", "doi 10.1111/jebm.12522"):
        assert part in said
    assert skeleton(design()).count(TO_WRITE) > said.count(TO_WRITE)


def test_one_arm_gets_no_number_but_what_is_needed_for_one() -> None:
    said = skeleton(design(arms=(Arm(name="massage"),)))
    part = said.split("## Sample size")[1].split("##")[0]
    assert "no number of persons is given" in part and "second arm" in part and not re.search(r"\d", part)


def test_every_comparison_is_told_and_what_is_done_about_their_number() -> None:
    arms = (Arm(name="massage"), Arm(name="rest", kind="rest"), Arm(name="touch", kind="light touch"))
    plans = [replace(PLAN, against="rest"), replace(PLAN, n_per_arm=44, against="touch")]
    said = skeleton(design(arms=arms), plans)
    assert "between massage and rest" in said and "between massage and touch" in said
    assert "44 persons are to be allocated to each of 3 arms" in said
    assert said.count("nothing is adjusted for 2 comparisons") == 2  # with the sizes, and with the analysis
    assert "nothing is adjusted" not in skeleton(design(), [PLAN])


def test_harms_that_nobody_told_are_not_none() -> None:
    who = persons(["massage", "rest"] * 3)
    line = next(line for line in consort_flow(design(), who).splitlines() if line.startswith("| Adverse"))
    assert cells(line)[2:4] == ["to be recorded", "to be recorded"]
    who["adverse_event"] = "none"
    line = next(line for line in consort_flow(design(), who).splitlines() if line.startswith("| Adverse"))
    assert cells(line)[2:4] == ["0", "0"]
    who.loc[1, "adverse_event"] = "sore"
    line = next(line for line in consort_flow(design(), who).splitlines() if line.startswith("| Adverse"))
    assert cells(line)[2:4] == ["0", "1 (1 sore)"]


def test_one_arm_is_compared_with_nothing_and_allotted_by_nothing() -> None:
    alone = skeleton(design(arms=(Arm(name="massage", therapists=3),)))
    for wrong in ("compare massage with", "of 1 arms", "arallel", "difference of means", "blocks of", "in blocks"):
        assert wrong not in alone, wrong
    for wrong in ("clustered", "andomised", "ANCOVA", "allocated to;"):
        assert wrong not in alone.split("## The massage")[0].split("CONSORT 2025")[0], wrong
    told = items(alone)
    assert told["12"].startswith("Trial of one arm (massage), so nothing is allocated.")
    assert "compared with nothing" in told["10"] and "mean change from before" in told["16"]
    assert told["21a"] == told["21b"] == "None: the design has one arm, so nothing is allocated."
    both = skeleton(design())
    assert "Randomised parallel trial of 2 arms" in both and "To compare massage with rest" in both


def test_one_point_is_no_points_and_therapists_who_do_not_differ_are_not_counted() -> None:
    pain = replace(PLAN, outcome="pain", unit="points", worthwhile=1.0, detectable=1.0)
    said = sample_size(design(outcomes=(Measure(outcome="pain"),), therapist_icc=0.0), pain)
    assert "a difference of 1 point " in said and "1 points" not in said and "between therapists" not in said
