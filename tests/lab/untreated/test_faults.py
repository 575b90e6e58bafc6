from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from effleurage.errors import RequestError
from effleurage.lab.untreated.faults import instruments_of
from effleurage.lab.untreated.pair import Pair

PAIR = Pair("pain NRS", 6.0, 4.0, 600.0, 645.0, participant="A", where="f.csv, line 2")
NONE = float("nan")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"before": 11.0}, "11 points lies outside the scale, 0 to 10. Mend the value"),
        ({"clock_after": 500.0}, "the second measurement is before the first. Give the days between"),
        ({"clock_after": 600.0}, "of one minute"),
        ({"clock_before": NONE}, "no time of day. Give both times, or the part of the day"),
        ({"days_apart": -1}, "-1 days apart. Put the earlier one first"),
        ({"posture": "hanging"}, "'hanging' is no posture. Say one of: supine"),
        ({"usual": {"pain": 60.0}}, "usual pain of 60. Give 0 to 10"),
        ({"usual": {"mood": 3.0}}, "nothing is known of 'mood'. Say age, pain"),
        ({"outcome": "luck"}, "is not simulated"),
        ({"outcome": "STAI-T"}, "is not simulated"),
        ({"outcome": "PSS", "before": 41.0, "days_apart": 56}, "41 points lies outside the scale, 0 to 40"),
        ({"outcome": "PSS", "clock_after": 600.0}, "two values of PSS of one day, which asks about the past month"),
        ({"outcome": "PSS", "days_apart": 6}, "PSS 6 days apart, which asks about the past month"),
        ({"outcome": "PSQI", "days_apart": 1}, "'day', in a row a measurement): 7 or more."),
        ({"outcome": "ISI"}, "two values of ISI of one day. Give the days between"),
        ({"outcome": "PSS", "days_apart": -56}, "-56 days apart. Put the earlier one first"),
        ({"outcome": "PSS", "instrument": "PSS-4", "days_apart": 56}, "is known of PSS-10, not of 'PSS-4'"),
    ],
)
def test_what_is_wrong_is_named_with_its_row_and_its_fix(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(RequestError) as refused:
        instruments_of([PAIR, replace(PAIR, where="f.csv, line 3", **wrong)])
    (finding,) = refused.value.findings
    assert named in str(finding) and str(finding).startswith("f.csv, line 3")


def test_both_values_out_of_the_scale_alike_are_named_once() -> None:
    with pytest.raises(RequestError) as refused:
        instruments_of([replace(PAIR, before=60.0, after=60.0)])
    assert len(refused.value.findings) == 1


def test_what_is_said_of_everybody_is_looked_at_once() -> None:
    with pytest.raises(RequestError) as refused:
        instruments_of([PAIR] * 3, "hanging", {"age": 7.0})
    assert [finding.where for finding in refused.value.findings] == ["", ""]
    assert [one.outcome for one in instruments_of([PAIR], "seated", {"age": 70.0})] == ["pain NRS"]


def test_what_a_questionnaire_asks_about_is_kept_apart_only_where_it_is_known() -> None:
    near = [replace(PAIR, outcome=name, days_apart=days) for name, days in (("ISI", 1), ("PSS", 7), ("PSQI", 7))]
    assert [one.outcome for one in instruments_of(near)] == ["ISI", "PSS", "PSQI"]
    weeks = replace(PAIR, outcome="PSS", days_apart=56, clock_before=600.0, clock_after=540.0)
    assert len(instruments_of([weeks])) == 1


def test_a_part_of_the_day_is_time_enough() -> None:
    pair = replace(PAIR, clock_before=NONE, clock_after=NONE, part="evening")
    assert len(instruments_of([pair])) == 1
