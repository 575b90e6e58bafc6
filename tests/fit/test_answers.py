from __future__ import annotations

import numpy as np
import pytest

from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.fit import answers
from effleurage.fit.answers import Course, Problem, Row, calibrate
from effleurage.people.simulate import whole_body


def test_what_is_to_be_predicted_is_never_fitted() -> None:
    problem = Problem.shipped()
    assert {target.use for target in problem.targets} == {"fit", "seen"}
    predicted = {target.id for target in shipped_challenges() if target.use == "predict"}
    assert not predicted & {target.id for target in problem.targets}


def test_every_row_is_in_the_ledger_and_says_of_what_it_was_fitted() -> None:
    known = whole_body().parameters
    for row in Problem.shipped().rows:
        assert answers.SOURCE in known[row.name].source, row.name
        assert row.prior > 0


def test_a_course_is_held_in_its_unit_or_relative_to_its_first_values() -> None:
    plain = Course("a", "acth", "day 2 10:00, 11:00", (10.0, 20.0), 2.0, "x")
    assert plain.residuals(np.array([[10.0], [24.0]])).tolist() == [[0.0], [2.0]]
    relative = Course("b", "acth", "day 2 10:00, 11:00", (10.0, 20.0), 0.5, "x", first=1)
    np.testing.assert_allclose(relative.residuals(np.array([[3.0], [6.0]])), 0.0, atol=1e-12)


@pytest.mark.slow
def test_a_number_that_was_moved_away_comes_back() -> None:
    """A course that the body itself makes at the ledger's value is met by a fit from elsewhere."""
    row = whole_body().parameters["return_by_exercise"]
    look = Course(
        "own", "cardiac_output", "day 2 10:15", (1.0,), 0.01, "x", timeline=("day 2 10:00: exercise, 20 min",)
    )
    there = Problem((Row(row.name, float(row.value), 0.3),), (), (look,))
    made = 1.0 + 0.01 * there.around(np.zeros(1))[0, 0]
    asked = Problem((Row(row.name, 0.8 * float(row.value), 0.3),), (), (Course(**{**vars(look), "values": (made,)}),))
    (found,) = calibrate(problem=asked)
    assert found.informed and found.after == pytest.approx(row.value, rel=0.01)
