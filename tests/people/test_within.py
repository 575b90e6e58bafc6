"""What varies within persons: which constants do, and which a setting adds."""

from __future__ import annotations

import numpy as np

from effleurage.body.compose import Body
from effleurage.engine.program import Program
from effleurage.people.within import bounded, flowing_of, made_for, moved, over_weeks

WEEKLY = {"mean": 5.0, "sd": 2.0, "lasting": 0.5, "weeks": 4.0}


def test_a_constant_flows_where_its_row_has_a_spread_within_persons(body: Body) -> None:
    flowing = flowing_of(body)
    for row in body.parameters.values():
        assert (row.name in flowing.names) is bool(row.within_day or row.within_hour)
        assert (row.name in flowing.hourly) is bool(row.within_hour)
    assert set(flowing.linear) <= set(flowing.hourly) <= set(flowing.names)


def test_what_is_set_to_move_over_weeks_flows_as_well(program: Program) -> None:
    assert made_for(program, {"age": 70.0, "pain_load": WEEKLY}) is program  # pain flows in any case
    added = made_for(program, {"chronic_stress": WEEKLY})
    assert added.flowing.names == (*program.flowing.names, "chronic_stress")
    assert over_weeks({"chronic_stress": WEEKLY}, "chronic_stress") == WEEKLY
    assert not over_weeks({"chronic_stress": {"mean": 1.0}, "age": 70.0}, "chronic_stress")


def test_a_move_is_on_the_scale_of_the_row_and_within_its_bounds(body: Body) -> None:
    log, linear = body.parameters["pain_load"], body.parameters["drive_level"]
    assert moved(log, np.array([2.0]), np.log([3.0])).tolist() == [6.000000000000001]
    assert moved(linear, np.array([2.0]), np.array([3.0])).tolist() == [5.0]
    assert bounded(log, np.array([-1.0, 20.0])).tolist() == [log.low, log.high]
