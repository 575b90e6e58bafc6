"""Lives of a trial's people: kept, shared between arms, and drawn from as often as one likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, nct, t

from effleurage.body.compose import Body
from effleurage.body.parameter import Parameter
from effleurage.errors import RequestError
from effleurage.statistics.sizes import MOST, crossover_pairs, detectable, per_arm, power_of
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.lives import bank as banks
from effleurage.trial.lives.bank import Bank, bank, simulated
from effleurage.trial.plan.hours import Hour, best, hours
from effleurage.trial.plan.moments import doubt, moments
from effleurage.trial.plan.needs import Need, need
from effleurage.trial.plan.notes import notes
from effleurage.trial.plan.replicates import Trials, analysed, operating, operating_all, trials
from effleurage.trial.plan.unknowns import pilots, unknowns

SOURCE = Path(__file__).parents[3] / "src"
MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")
CARE = Arm(name="usual care", kind="usual care")
STRESS, PSS = Measure(outcome="VAS stress"), Measure(outcome="PSS")


def design(**said: Any) -> Design:
    told: dict[str, Any] = {"title": "one hour", "arms": (MASSAGE, REST), "outcomes": (STRESS,)}
    return Design(**{**told, **said})


@pytest.fixture(scope="module")
def lives() -> Bank:
    return bank(design(), 128)


@pytest.fixture(scope="module")
def cared() -> Bank:
    """Against usual care, which is far from a massage."""
    return bank(design(arms=(MASSAGE, CARE)), 128)


def with_design(lives: Bank, **said: Any) -> Bank:
    return Bank(design(**said), lives.instruments, lives.first, lives.second)


def test_the_same_people_live_in_every_arm_and_without_any(lives: Bank) -> None:
    assert lives.first.shape == (1, 128)
    assert lives.second.shape == (3, 1, 128)
    assert lives.effect(0, 1, 0).mean() < -1
    assert lives.effect(0, 2, 0).mean() < lives.effect(0, 1, 0).mean()


def test_lives_are_read_again_from_disk(lives: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(banks, "lived", lambda *_: pytest.fail("lived again"))
    again = bank(design(), 128)
    assert (again.first == lives.first).all()
    assert (again.second == lives.second).all()


@pytest.fixture
def times_lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever people are lived through, in a cache of its own; their lives are made up."""
    times: list[int] = []

    def lived(plans: list[object], instruments: tuple[object, ...], *_: object) -> tuple[np.ndarray, np.ndarray, str]:
        times.append(1)
        return np.full((len(instruments), 128), len(times)), np.zeros((len(plans), len(instruments), 128)), "told"

    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(banks, "lived", lived)
    return times


CHANGED: dict[str, Any] = {
    "scale": "linear",
    "covariate": True,
    "gain": "calm",
    **dict.fromkeys(("source", "meaning", "unit"), "x"),
}


@pytest.mark.parametrize("field", [field.name for field in fields(Parameter) if field.name not in ("name", "system")])
def test_people_live_again_when_any_field_of_the_ledger_has_changed(
    field: str, body: Body, times_lived: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    bank(design(), 128)
    bank(design(), 128)
    assert len(times_lived) == 1
    system = body.systems[1]
    name, row = next(iter(system.parameters.items()))
    other = replace(row, **{field: CHANGED.get(field, "A" if field == "grade" else 0.123456)})
    changed = replace(system, parameters={**system.parameters, name: other})
    systems = tuple(changed if one is system else one for one in body.systems)
    monkeypatch.setattr(banks, "body_of", lambda plans: replace(body, systems=systems))
    assert bank(design(), 128).first[0, 0] == 2


def test_kept_lives_keep_who_passes_the_limits_of_life(times_lived: list[int]) -> None:
    for _ in range(2):
        lives = bank(design(), 128)
        assert lives.beyond == "told"
        assert [note.text for note in notes(lives.design, lives)][:1] == ["told"]
    assert len(times_lived) == 1


def test_people_live_again_for_another_question(times_lived: list[int]) -> None:
    cortisol = Measure(outcome="cortisol", after=1)
    asked = [design(), design(outcomes=(cortisol,)), design(outcomes=(STRESS, cortisol)), design(arms=(REST, MASSAGE))]
    swapped = design(outcomes=(Measure(outcome="cortisol", after=1, time=600), Measure(outcome="cortisol", time=600)))
    for one in (*asked, swapped, swapped.model_copy(update={"outcomes": swapped.outcomes[::-1]})):
        bank(one, 128)
    bank(design(), 128, seed=2)
    assert len(times_lived) == 7
    bank(design(), 128)
    assert len(times_lived) == 7


ASKS = """
import sys, numpy, effleurage.trial.lives.bank as banks
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Arm, Design, Measure
banks.lived = lambda *_: print("lived") or (numpy.zeros((1, 8)), numpy.zeros((3, 1, 8)), "")
arms = Arm(name="massage"), Arm(name="rest", kind="rest")
banks.bank(Design(title="one hour", arms=arms, outcomes=(Measure(outcome="VAS stress"),)), 8)
"""


@pytest.mark.slow
def test_people_live_again_when_code_or_tables_have_changed(tmp_path: Path) -> None:
    """Each kind of file that lives depend on, in a copy of the package."""
    source = tmp_path / "src"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    own = {"PYTHONPATH": str(source), "EFFLEURAGE_CACHE": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}

    def said() -> str:
        command = [sys.executable, "-c", ASKS]
        done = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert [said(), said()] == ["lived", ""]
    for name in (
        *("engine/kernel.py", "people/cohort.py", "protocol/visits.py", "protocol/stimuli.toml", "body/stress.toml"),
        *("lab/instruments/instruments.toml", "lab/heart/heartbeats.py", "trial/lives/bank.py"),
        "evidence/published/massage/silent.toml",
    ):
        path = source / "effleurage" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# another line\n", encoding="utf-8")
        assert (name, said()) == (name, "lived")
    about = source / "effleurage" / "__init__.py"
    about.write_text(about.read_text(encoding="utf-8").replace('__version__ = "', '__version__ = "9'), encoding="utf-8")
    assert [said(), said()] == ["lived", ""]


def test_outcomes_that_the_body_has_not_are_left_out() -> None:
    assert [one.outcome for one in simulated(design(outcomes=(PSS, STRESS))).outcomes] == ["VAS stress"]


def test_moments_hold_noise_and_what_the_first_measurement_tells(lives: Bank) -> None:
    found = moments(lives, 0)
    truth = lives.second[1, 0].std(ddof=1)
    assert found.sd == pytest.approx(np.hypot(truth, lives.instruments[0].error), rel=0.02)
    assert 0 < found.r < 0.9
    assert found.scatter < found.sd
    assert found.effect == pytest.approx(lives.effect(0, 1, 0).mean(), rel=0.02)  # nobody is far beyond the line's ends


def test_type_one_error_is_what_the_design_says(lives: Bank) -> None:
    found = analysed(lives.design, trials(lives, 0, 30, 10_000, null=True))
    wrong = int((found.p < 0.05).sum())
    assert binomtest(wrong, 10_000, 0.05).pvalue > 0.001


def test_closed_form_and_simulated_trials_agree(lives: Bank) -> None:
    known = moments(lives, 0)
    wanted = need(lives.design, lives, 0, STRESS, None)
    assert wanted.expected is not None
    assert wanted.expected.analysed is not None
    n = wanted.expected.analysed
    (found,) = operating(lives, 0, [n], 1000)
    assert found.power == pytest.approx(0.8, abs=0.07)
    assert found.coverage == pytest.approx(0.95, abs=0.03)
    assert abs(found.bias) < 4 * found.bias_error + 4 * found.cohort_error
    assert found.truth == pytest.approx(known.effect)


def test_a_small_trial_exaggerates_what_it_finds(lives: Bank) -> None:
    small, large = operating(lives, 0, [10, 200], 400)
    assert small.type_m > large.type_m > 0.8
    assert small.power < large.power


def test_what_goes_wrong_costs_people_and_power(lives: Bank) -> None:
    whole = need(lives.design, lives, 0, STRESS, None).expected
    worn = with_design(lives, adherence=0.7, dropout=0.2, missing=0.1)
    kept = need(worn.design, worn, 0, STRESS, None).expected
    assert whole is not None
    assert kept is not None
    assert kept.analysed is not None
    assert kept.recruited is not None
    assert kept.analysed > (whole.analysed or 0)
    assert kept.recruited > kept.analysed
    assert operating(worn, 0, [60], 400)[0].power < operating(lives, 0, [60], 400)[0].power


def test_missing_measurements_are_missing(lives: Bank) -> None:
    found = trials(with_design(lives, dropout=0.5), 0, 200, 5)
    assert np.isnan(found.second).mean() == pytest.approx(0.5, abs=0.05)
    assert not np.isnan(found.first).any()


def test_estimands_ask_different_things(lives: Bank) -> None:
    low = {"adherence": 0.5}
    policy, ideal = (
        operating(with_design(lives, **low, estimand=name), 0, [100], 300)[0]
        for name in ("treatment policy", "hypothetical")
    )
    assert abs(policy.truth) == pytest.approx(abs(ideal.truth) / 2)
    taken = trials(with_design(lives, **low, estimand="while on treatment"), 0, 200, 5)
    assert np.isnan(taken.second).mean() == pytest.approx(0.5, abs=0.05)


def test_therapists_in_one_arm_cost_more_the_more_they_differ(lives: Bank) -> None:
    team = Arm(name="massage", therapists=3)
    alike, apart = (with_design(lives, arms=(team, REST), therapist_icc=icc) for icc in (0.0, 0.2))
    plain, inflated = (need(one.design, one, 0, STRESS, None).expected for one in (alike, apart))
    assert plain is not None and plain.analysed is not None
    assert inflated is not None
    beyond = inflated.analysed or MOST + 1  # 3 therapists may be too few for any number of people
    assert beyond > plain.analysed
    assert operating(apart, 0, [60], 500)[0].power < operating(alike, 0, [60], 500)[0].power


def test_without_a_control_the_note_is_red_and_the_bias_is_told() -> None:
    alone = bank(design(arms=(MASSAGE,), outcomes=(Measure(outcome="cortisol"),), time="09:00"), 128)
    found = notes(alone.design, alone)
    assert found[0].colour == "red"
    assert "no control" in found[0].about
    (told,) = operating(alone, 0, [60], 300)
    assert told.bias < -3 * told.bias_error
    assert told.coverage < 0.8


def test_the_clock_is_an_amber_note_where_it_moves_the_outcome() -> None:
    cortisol = design(outcomes=(Measure(outcome="cortisol"),), time="09:00")
    morning = bank(cortisol, 128)
    assert [one for one in notes(cortisol, morning) if one.about == "the clock" and "−" in one.text]


def test_a_crossover_needs_fewer_people(lives: Bank) -> None:
    crossed = with_design(lives, layout="crossover")
    pairs, arms = (need(one.design, one, 0, STRESS, None).expected for one in (crossed, lives))
    assert pairs is not None
    assert arms is not None
    assert pairs.analysed is not None and arms.analysed is not None
    assert 1 < pairs.analysed < 2 * arms.analysed
    assert operating(crossed, 0, [40], 400)[0].type_one == pytest.approx(0.05, abs=0.04)


def test_a_questionnaire_without_a_body_has_no_expected_effect() -> None:
    asked = design(outcomes=(Measure(outcome="PSS", worthwhile=3.0),), n=50)
    found = need(asked, None, -1, asked.outcomes[0], None)
    assert found.effect is None
    assert found.expected is None
    assert found.worth is not None
    assert found.worth.analysed == 59  # 2 (1.96 + 0.84)² (1 - 0.65²) / (3 / 7.51)² + 1.5
    assert found.detectable == pytest.approx(3.2, abs=0.2)
    assert "no counterpart" in found.warning


def test_doubt_is_mostly_of_touch_and_a_larger_pilot_tells_more(lives: Bank) -> None:
    unsure = doubt(lives.design, lives.instruments, MASSAGE, REST)
    low, high = unsure.interval(0)
    assert low < lives.effect(0, 1, 0).mean() < high
    named = [one.name for one in unknowns(unsure, 0)]
    assert "calm_by_deep_touch" in named
    told = pilots(unsure, 0, moments(lives, 0))
    assert [one.removed for one in told] == sorted(one.removed for one in told)
    assert all(0 < one.removed < 1 for one in told)


def test_hours_are_those_when_people_are_up() -> None:
    asked = design(outcomes=(Measure(outcome="cortisol", after=1),))
    found = hours(asked, asked.outcomes[0], MASSAGE, REST, people=128)
    assert [one.hour for one in found] == list(range(7, 23))
    able = [one.need.analysed for one in found if one.need.analysed]
    chosen = best(found)
    assert chosen.need.analysed == min(able) if chosen else not able


def test_the_best_hour_is_the_one_that_needs_fewest() -> None:
    found = [Hour(hour, 1, -1.0, 0.5, Size(n, n)) for hour, n in ((8, 90), (10, None), (12, 40), (14, 41))]
    assert best(found) == found[2] and best(found[1:2]) is None and best([]) is None


def sizes(lives: Bank, **said: Any) -> tuple[Need, int, int]:
    """The need of stress, and its sizes for what is expected and for what is worth having."""
    changed = with_design(lives, **said)
    found = need(changed.design, changed, 0, STRESS, None)
    assert found.expected and found.worth and found.expected.analysed and found.worth.analysed
    return found, found.expected.analysed, found.worth.analysed


@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_a_change_score_is_sized_as_a_change_score(lives: Bank, alpha: float) -> None:
    found, expected, worth = sizes(lives, analysis="change", reason="asked for", alpha=alpha, n=50)
    spread = found.sd * np.sqrt(2 * (1 - found.r))
    assert found.effect is not None
    assert expected == per_arm(abs(found.effect) / spread, r=None, alpha=alpha)
    assert worth == per_arm(10 / spread, r=None, alpha=alpha)
    assert dict(found.curve)[40] == pytest.approx(float(power_of(40, found.effect / spread, r=None, alpha=alpha)))
    assert found.detectable == pytest.approx(float(detectable(50, r=None, alpha=alpha)) * spread)
    _, fewer, _ = sizes(lives, alpha=alpha)
    assert fewer < expected
    (told,) = operating(with_design(lives, analysis="change", reason="asked for", alpha=alpha), 0, [expected], 2000)
    assert told.power == pytest.approx(0.8, abs=0.05)


def test_ancova_is_sized_as_it_was(lives: Bank) -> None:
    found, expected, worth = sizes(lives)
    assert found.effect is not None
    assert expected == per_arm(abs(found.effect) / found.sd, r=found.r)
    assert worth == per_arm(10 / found.sd, r=found.r)


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        ((4, 0), {}),
        ((6, 0), {"therapist_icc": 0.2}),
        ((5, 5), {"therapist_icc": 0.1}),
        ((4, 0), {"analysis": "change", "reason": "asked for"}),
        ((6, 0), {"adherence": 0.7, "dropout": 0.2, "missing": 0.1}),
        ((5, 0), {"layout": "crossover", "therapist_icc": 0.1}),
        ((0, 4), {"therapist_icc": 0.1}),
    ],
)
def test_therapists_are_not_taken_for_an_effect(lives: Bank, teams: tuple[int, int], said: dict[str, object]) -> None:
    """Simulated trials without an effect find one in 5 of 100, where their analysis counts people in up to 40."""
    arms = tuple(one.model_copy(update={"therapists": many}) for one, many in zip((MASSAGE, REST), teams, strict=True))
    shared = with_design(lives, arms=arms, **said)
    for n in (24, 100):
        found = analysed(shared.design, trials(shared, 0, n, 3000, null=True))
        wrong = int((found.p < 0.05).sum())
        assert binomtest(wrong, 3000, 0.05).pvalue > 1e-4, (n, wrong)


@pytest.mark.parametrize("many", [2, 3])
def test_two_or_three_therapists_find_little_but_not_what_is_not_there(lives: Bank, many: int) -> None:
    shared = with_design(lives, arms=(MASSAGE.model_copy(update={"therapists": many}), REST))
    (told,) = operating(shared, 0, [30], 3000)
    assert told.type_one < 0.065
    assert told.coverage > 0.93
    assert told.power < 0.3


@pytest.mark.parametrize(("many", "icc"), [(4, 0.05), (8, 0.1), (12, 0.02)])
def test_therapists_are_planned_for_with_their_own_degrees_of_freedom(cared: Bank, many: int, icc: float) -> None:
    team = MASSAGE.model_copy(update={"therapists": many})
    shared = with_design(cared, arms=(team, CARE), therapist_icc=icc)
    found, plain = (moments(one, 0) for one in (shared, with_design(cared, arms=(MASSAGE, CARE))))
    effect = found.effect if icc < 0.1 else 0.7 * found.effect
    wanted = found.contrast.size(effect).analysed
    assert wanted is not None and found.contrast.power(wanted, effect) < plain.contrast.power(wanted, effect)
    if effect == found.effect:
        (told,) = operating(shared, 0, [wanted], 2000)
        assert told.power == pytest.approx(found.contrast.power(wanted, effect), abs=0.06)  # whole people a therapist
    beyond = found.contrast.power(100_000, effect)
    away = abs(effect) / np.sqrt(icc / (1 - icc) * found.sd**2 / many)
    least = t.isf(0.025, many - 1)
    assert beyond == pytest.approx(nct.sf(least, many - 1, away), abs=0.02)  # what is left is the therapists


def test_more_people_do_not_stand_in_for_therapists(lives: Bank) -> None:
    shared = with_design(lives, arms=(MASSAGE.model_copy(update={"therapists": 4}), REST))
    found = need(shared.design, shared, 0, STRESS, None)
    assert found.expected is not None and found.expected.analysed is None
    said = [one.text for one in notes(shared.design, shared) if one.about == "therapists"]
    assert len(said) == 1 and "more therapists help" in said[0] and "(share of the variance 0.05, not said" in said[0]
    for icc, text in ((0.05, "(share of the variance 0.05)."), (0.2, "(share of the variance 0.2)."), (0.0, "")):
        asked = with_design(lives, arms=shared.design.arms, therapist_icc=icc)
        told = [one.text for one in notes(asked.design, asked) if one.about == "therapists"]
        assert len(told) == bool(text) and all(text in one and "assumed" not in one for one in told)
    alone = [one.text for one in notes(lives.design, lives) if one.about == "one therapist"]
    assert len(alone) == 1 and "No number of people" in alone[0]


@pytest.mark.parametrize("adherence", [0.9, 0.7, 0.5])
@pytest.mark.parametrize("source", ["lives", "cared"])
def test_who_attended_and_who_did_not_are_two_kinds_of_people(
    source: str, adherence: float, request: pytest.FixtureRequest
) -> None:
    lives = request.getfixturevalue(source)
    worn = with_design(lives, arms=lives.design.arms, adherence=adherence)
    whole, mixed = moments(lives, 0), moments(worn, 0)
    assert mixed.effect == pytest.approx(adherence * whole.effect)
    assert mixed.scatter > whole.scatter
    wanted = mixed.contrast.size(mixed.effect).analysed
    assert wanted is not None
    assert mixed.contrast.power(wanted, mixed.effect) < whole.contrast.power(wanted, mixed.effect)
    (told,) = operating(worn, 0, [wanted], 2000)
    assert told.power == pytest.approx(0.8, abs=0.05)
    drawn = trials(worn, 0, 4000, 1, null=False)
    for side in (0, 1):
        mine = drawn.arm == side
        slope = np.cov(drawn.first[0, mine], drawn.second[0, mine])[0, 1] / drawn.first[0, mine].var()
        assert 0 < slope < 1.2
    left = drawn.second - analysed_slope(drawn) * drawn.first
    spread = np.sqrt(np.mean([left[0, drawn.arm == side].var() for side in (0, 1)]))
    assert spread == pytest.approx(mixed.scatter, rel=0.06)


def analysed_slope(found: Trials) -> float:
    """Slope on the first measurement within arms, of one large trial."""
    both = [np.cov(found.first[0, found.arm == side], found.second[0, found.arm == side]) for side in (0, 1)]
    return float(sum(one[0, 1] for one in both) / sum(one[0, 0] for one in both))


@pytest.mark.parametrize("analysis", ["ancova", "change"])
def test_a_crossover_is_planned_and_conducted_with_days_of_their_own(lives: Bank, analysis: str) -> None:
    crossed = with_design(lives, layout="crossover", analysis=analysis, reason="asked for")
    found = need(crossed.design, crossed, 0, STRESS, None)
    assert found.expected is not None and found.expected.analysed is not None and found.effect is not None
    spread = found.sd * np.sqrt(2 * (1 - found.r) * (2 if analysis == "change" else 1))
    assert found.expected.analysed == crossover_pairs(abs(found.effect) / spread, period=True)
    (told,) = operating(crossed, 0, [found.expected.analysed], 2000)
    assert told.power == pytest.approx(0.8, abs=0.05)
    drawn = trials(crossed, 0, 2000, 1, null=True)
    for values in (drawn.first[0], drawn.second[0]):
        apart = values[:2000] - values[2000:]
        assert apart.std() / np.sqrt(2) == pytest.approx(found.sd * np.sqrt(1 - found.r), rel=0.06)


def test_one_arm_has_no_size(lives: Bank) -> None:
    alone = Bank(design(arms=(MASSAGE,), n=40), lives.instruments, lives.first, lives.second[[0, 2]])
    found = need(alone.design, alone, 0, STRESS, None)
    asked = need(alone.design, None, -1, Measure(outcome="PSQI"), None)
    for one in (found, asked):
        assert (one.effect, one.expected, one.worth, one.detectable, one.curve) == (None, None, None, None, ())
    assert operating(alone, 0, [40], 200)[0].n == 40  # and may be conducted all the same
    with pytest.raises(RequestError, match="one arm has nothing to be compared with"):
        operating_all(alone, 40, 200)


@pytest.fixture(scope="module")
def painless() -> Bank:
    return bank(design(people={"chronic_stress": 1.0}, outcomes=(Measure(outcome="pain"),)), 128)


def test_people_without_pain_have_none_to_lose(painless: Bank) -> None:
    (told,) = (one for one in notes(painless.design, painless) if one.about == "little to change")
    assert told.colour == "amber" and "too little pain NRS to lose" in told.text and "cannot fall by 1." in told.text
    found = need(painless.design, painless, 0, painless.design.outcomes[0], None)
    assert found.worth is not None and found.cannot_be and found.worth.analysed is None
    assert found.expected is not None and found.expected.analysed is not None


@pytest.mark.parametrize(("worthwhile", "unit", "little"), [(0.2, "", False), (90, "%", False), (120, "%", True)])
def test_a_difference_within_the_level_is_planned_for(
    painless: Bank, worthwhile: float, unit: str, little: bool
) -> None:
    measure = Measure(outcome="pain", worthwhile=worthwhile, worthwhile_unit=unit)
    asked = replace(painless, design=painless.design.model_copy(update={"outcomes": (measure,)}))
    found = need(asked.design, asked, 0, measure, None)
    assert found.cannot_be is little and (found.worth is None or found.worth.analysed is None) is little
    assert any(one.about == "little to change" for one in notes(asked.design, asked)) is little


def test_what_no_body_stands_behind_does_not_fall_below_its_floor_either(lives: Bank) -> None:
    for worthwhile, none in ((10.0, False), (16.0, True)):
        found = need(lives.design, None, -1, Measure(outcome="PSS", worthwhile=worthwhile), None)
        assert found.worth is not None and (found.worth.analysed is None) is none and bool(found.curve) is not none
