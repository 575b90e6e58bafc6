from __future__ import annotations

import numpy as np

from effleurage.body.compose import Body
from effleurage.body.units import in_model
from effleurage.engine.program import Program
from effleurage.engine.streams import normals
from effleurage.people.cohort import Cohort


def test_what_varies_is_drawn_by_its_day_and_its_hour(body: Body, program: Program) -> None:
    cohort = Cohort(np.array([0, 7, 5000]), seed=3)
    constants = cohort.constants(body, program)
    varying = cohort.varying(body, program, constants, 30)
    hourly = 0
    for column, name in enumerate(varying.names):
        row = body.parameters[name]
        hourly += row.within_hour > 0
        factor = in_model(1.0, row.unit)[0]
        centre = constants[program.constants.index(name)] / factor
        for hour in (0, 23, 24, 29):
            moved = row.within_day * normals(3, f"day {hour // 24} {name}", cohort.persons)
            if row.within_hour:
                moved = moved + row.within_hour * normals(3, f"hour {hour} {name}", cohort.persons)
            value = centre * np.exp(moved) if row.scale == "log" else centre + moved
            low, high = (-np.inf if row.low is None else row.low), (np.inf if row.high is None else row.high)
            assert (varying.values[hour, column] == np.clip(value, low, high) * factor).all()
    assert 0 < hourly < len(varying.names)


def test_a_part_of_a_cohort_has_the_same_people(body: Body, program: Program) -> None:
    settings = {"age": {"mean": 50.0, "sd": 5.0}}
    whole, part = (Cohort(np.arange(first, 4100), settings, 1) for first in (0, 4090))
    assert (whole.constants(body, program)[:, 4090:] == part.constants(body, program)).all()
    all_of_them = whole.varying(body, program, whole.constants(body, program), 3).values
    assert (all_of_them[:, :, 4090:] == part.varying(body, program, part.constants(body, program), 3).values).all()
