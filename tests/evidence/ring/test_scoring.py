"""Scores and their baselines: nobody learns from what is to be foretold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.evidence.ring.respond import ANSWERS, chances
from effleurage.evidence.ring.scoring import (
    BASELINES,
    Questions,
    against_baselines,
    base_rates,
    constant_d,
    unseen,
    zero_effect,
)


def asked(answers: list[str], claimed: float = 1.0, error: float = 0.2) -> Questions:
    """One result a study, all of one pathway."""
    many = len(answers)
    return Questions(
        study=np.array([f"study {place}" for place in range(many)]),
        pathway=np.array(["stress"] * many),
        claimed=np.full(many, claimed),
        told=np.zeros(many),
        error=np.full(many, error),
        df=np.full(many, 50),
        answer=np.array([ANSWERS.index(answer) for answer in answers]),
        weight=np.ones(many),
    )


@pytest.mark.parametrize("learn", BASELINES.values(), ids=BASELINES)
def test_a_study_does_not_tell_its_own_forecast(learn: object) -> None:
    before = asked(["up", "up", "none", "up", "down"])
    after = replace(before, answer=np.array([0, *before.answer[1:]]))
    assert callable(learn)
    assert unseen(before, learn)[0] == pytest.approx(unseen(after, learn)[0])


def test_base_rates_count_the_pathway_with_one_of_each_added() -> None:
    others = asked(["up", "up", "none"])
    assert base_rates(others, asked(["up"]))[0] == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    elsewhere = replace(asked(["up"]), pathway=np.array(["sleep"]))
    assert base_rates(others, elsewhere)[0] == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_no_effect_at_all_leaves_five_percent() -> None:
    none = chances(np.zeros(1), np.full(1, 0.3), np.full(1, 20), 0.0)[0]
    assert none == pytest.approx([0.025, 0.95, 0.025], abs=0.001)


def test_a_constant_effect_is_found_in_the_direction_of_the_claim() -> None:
    others = asked(["down"] * 9 + ["none"], claimed=-1.0)
    forecast = constant_d(others, asked(["down"], claimed=-1.0))[0]
    assert forecast[0] > 0.8
    assert forecast[0] > zero_effect(others, asked(["down"], claimed=-1.0))[0][0]


def test_a_forecast_is_no_better_than_itself() -> None:
    given = asked(["up", "none", "up", "down", "none", "up"])
    score, found = against_baselines(given, unseen(given, base_rates))
    own = next(one for one in found if one.baseline == "base rates by pathway")
    assert (own.better, own.low, own.high) == (0.0, 0.0, 0.0)
    assert own.score == pytest.approx(score)


def test_a_prophet_beats_everybody_and_the_interval_says_so() -> None:
    given = asked(["up", "none", "up", "down", "none", "up", "down", "none"])
    sure = np.full((8, 3), 0.01)
    sure[np.arange(8), given.answer] = 0.98
    _, found = against_baselines(given, sure)
    assert {one.baseline for one in found} == set(BASELINES)
    assert all(0 < one.low < one.better < one.high for one in found)


def test_results_of_one_row_share_its_weight() -> None:
    given = asked(["up", "none", "up"])
    forecast = np.array([[0.1, 0.2, 0.7], [0.1, 0.2, 0.7], [0.1, 0.2, 0.7]])
    light = replace(given, weight=np.array([1.0, 1e-9, 1.0]))
    assert against_baselines(light, forecast)[0] == pytest.approx(np.log(0.7))
    assert against_baselines(given, forecast)[0] < np.log(0.7)
