"""What was learnt about the gains of touch, as the package carries it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from effleurage.evidence.published.eligibility import shipped_questions
from effleurage.evidence.ring.learnt import BIASES, SCATTERS, Learnt, as_csv, forecasts, read, shipped
from effleurage.evidence.ring.respond import ANSWERS, Response, gains
from effleurage.evidence.ring.scoring import Questions
from effleurage.people.simulate import whole_body

UP = ANSWERS.index("up")


def learnt(without: str = "", **said: tuple[float, float]) -> Learnt:
    numbers = dict.fromkeys(gains(), (1.0, 0.0)) | dict.fromkeys((*BIASES, *SCATTERS), (0.0, 0.0))
    return Learnt(without, numbers | said)


def response(d: float, slope: float = 0.0) -> Response:
    slopes = dict.fromkeys(gains(), 0.0) | {"skin": slope}
    return Response(None, d, slopes, 1.0, 1.0)  # type: ignore[arg-type]


def one(told: float = 0.0, study: str = "a") -> Questions:
    return Questions(
        np.array([study]),
        np.array(["blood"]),
        np.ones(1),
        np.full(1, told),
        np.full(1, 0.3),
        np.full(1, 40),
        np.full(1, UP),
        np.ones(1),
    )


def up(known: Learnt, asked: Questions, given: Response, biased: bool = True) -> float:
    return float(known.forecast(asked, [given], biased)[0, UP])


def test_a_gain_moves_a_forecast_along_its_slope() -> None:
    assert up(learnt(skin=(2.0, 0.0)), one(), response(0.5, 0.5)) == pytest.approx(up(learnt(), one(), response(1.0)))


def test_an_unsure_gain_makes_a_forecast_less_sure() -> None:
    sure, unsure = (up(learnt(skin=(1.0, sd)), one(), response(1.5, 1.0)) for sd in (0.0, 1.0))
    assert sure > unsure > 0.5


def test_each_bias_is_of_its_own_outcomes_and_can_be_left_out() -> None:
    biased = learnt(told=(1.0, 0.0))
    assert up(biased, one(told=1.0), response(0.0)) > 0.5
    assert up(biased, one(told=0.0), response(0.0)) == pytest.approx(0.025, abs=0.001)
    assert up(biased, one(told=1.0), response(0.0), biased=False) == pytest.approx(0.025, abs=0.001)


def test_a_study_is_foretold_by_what_was_learnt_without_it() -> None:
    known = {"": learnt(), "a": learnt("a", skin=(3.0, 0.0))}
    ours, other = one(study="a"), one(study="b")
    assert forecasts(ours, [response(0.0, 0.5)], known)[0, UP] > forecasts(other, [response(0.0, 0.5)], known)[0, UP]


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    text = as_csv([learnt(), learnt("a", skin=(1.25, 0.5))])
    (tmp_path / "learnt.csv").write_text(text, encoding="utf-8")
    assert read(tmp_path / "learnt.csv") == {"": learnt(), "a": learnt("a", skin=(1.25, 0.5))}


def test_the_package_knows_what_is_learnt_without_each_study() -> None:
    assert set(shipped()) == {""} | {question.study for question in shipped_questions()}
    assert len({tuple(known.numbers.values()) for known in shipped().values()}) == len(shipped())


def test_the_body_has_what_was_learnt_and_keeps_what_was_not() -> None:
    from effleurage.fit.touch import numbers

    body = whole_body()
    for row in numbers(shipped()[""], ["a"]):
        name, field = row.number.split(".")
        assert getattr(body.parameters[name], field) == row.after, row.number
        assert ("MassageLedger" in body.parameters[name].source) == row.informed, row.number
