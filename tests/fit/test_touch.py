"""The gains of touch are found again where studies tell them, and keep their prior where they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.evidence.published.eligibility import Question, shipped_questions
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.ring.arms import Arms, arms_of
from effleurage.evidence.ring.respond import ANSWERS, Response, chances, gains
from effleurage.fit import touch
from effleurage.fit.touch import Learner, numbers

STUDIES = 24


def world(skin: float, seed: int = 3) -> list[Response]:
    """Two dozen large studies of skin flow, whose answers come from a known gain."""
    question = next(one for one in shipped_questions() if one.quantity == "skin_flow")
    base = arms_of(question, ledger())
    luck = np.random.default_rng(seed)
    found = []
    for place in range(STUDIES):
        slope = 0.2 + 0.02 * place
        likely = chances(np.array([slope * skin]), np.array([0.1]), np.array([397]), 0.0)[0]
        answer = ANSWERS[int(luck.choice(3, p=np.clip(likely, 0, None) / np.clip(likely, 0, None).sum()))]
        result = question.result.model_copy(update={"study": f"study {place}", "direction": answer})
        arms = Arms(
            Question(result, "skin_flow", 1, "sign", False, 1.0),
            *(base.massage, base.control, base.before, base.after, 200, 200, False),
        )
        slopes = dict.fromkeys(gains(), 0.0) | {"skin": slope}
        found.append(Response(arms, slope, slopes, 1.0, 1.0))
    return found


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touch, "WARM_UP", 200)
    monkeypatch.setattr(touch, "DRAWS", 200)
    monkeypatch.setattr(touch, "CHAINS", 1)


def test_a_gain_without_effect_is_found_to_be_none_and_the_rest_keep_their_prior() -> None:
    learner = Learner(world(skin=0.0))
    learnt, health = learner.learn()
    mean, sd = learnt.numbers["skin"]
    assert abs(mean) < 0.45
    assert sd < 0.75 * gains()["skin"].sd
    assert learnt.numbers["arousal"][1] == pytest.approx(gains()["arousal"].sd, rel=0.25)
    assert health.divergences < 10

    informed = {row.number: row.informed for row in numbers(learnt, ["a"])}
    assert informed["skin_by_touch.value"]
    assert not informed["carry_gain.uncertainty"]

    again, _ = learner.learn()
    assert again == learnt

    without, _ = learner.learn("study 3")
    assert without.numbers != learnt.numbers


def test_what_is_left_out_is_not_learnt_from() -> None:
    before = world(skin=1.0)
    turned = world(skin=1.0)
    arms = turned[5].arms
    down = arms.question.result.model_copy(update={"direction": "down"})
    turned[5] = replace(turned[5], arms=replace(arms, question=replace(arms.question, result=down)))
    left = [Learner(answers).learn("study 5")[0] for answers in (before, turned)]
    whole = [Learner(answers).learn()[0] for answers in (before, turned)]
    assert left[0] == left[1]
    assert whole[0] != whole[1]
