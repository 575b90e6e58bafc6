"""Effects of ledger rows, their pool and its judgement, held against worked examples and against what must hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind, ttest_rel

from effleurage.errors import RequestError
from effleurage.evidence.published.appraisal import LEANS, Evidence, evidence
from effleurage.evidence.published.asked_outcome import results_of
from effleurage.evidence.published.certainty import grade
from effleurage.evidence.published.effects import (
    FROM_P,
    MEANS,
    Effect,
    Unsized,
    between,
    hedges,
    hedges_same_people,
    within,
)
from effleurage.evidence.published.ledger import Ledger, ledger
from effleurage.evidence.published.results import Result
from effleurage.statistics.pooling import Pooled, pooled

PLAIN = {
    "outcome": "cortisol-saliva",
    "pathway": "stress",
    "arm": "massage",
    "arm_kind": "massage",
    "comparator": "rest",
    "comparator_words": "rest",
    "technique": "massage",
    "occasion": "acute",
    "direction": "down",
    "compared": "between-arm",
    "provenance": "abstract",
}


def result(name: str, **fields: object) -> Result:
    """A result of study ``name``, its id the study's with a running word."""
    return Result.model_validate({**PLAIN, "id": f"{name}-1", "study": name, **fields})


def changed(one: Result, **fields: object) -> Result:
    """The same result, told otherwise."""
    return Result.model_validate({**one.model_dump(), **fields})


def arms(name: str, mean: float, **fields: object) -> list[Result]:
    """A massage arm of 20 with this mean and an SD of 2, and its mirror with 10 and 2."""
    own = {"post_mean": mean, "post_sd": 2.0, "n": 40, "n_arm": 20, "n_comparator": 20, **fields}
    other = {"id": f"{name}-2", "arm_kind": "rest", "comparator": "massage", "mirror": "yes", "mirror_of": f"{name}-1"}
    return [result(name, **own), result(name, **{**own, "post_mean": 10.0, **other})]


def book(*results: Result, design: str = "parallel", **designs: str) -> Ledger:
    """A ledger of these results, in people, with the lists of the shipped one; ``designs`` by study."""
    like = next(iter(ledger().studies.values()))
    names = {one.study for one in results}
    studies = {name: like.model_copy(update={"id": name, "design": designs.get(name, design)}) for name in names}
    return replace(ledger(), studies=studies, results=results)


def sized(effect: Effect | Unsized) -> Effect:
    assert isinstance(effect, Effect), effect
    return effect


def test_hedges_is_what_a_hand_gets() -> None:
    # Means 103 and 100, SDs 5.5 and 4.5, 50 people each. Pooled SD = sqrt((49 * 30.25 + 49 * 20.25) / 98) = 5.0249,
    # d = 3 / 5.0249 = 0.5970, J = 1 - 3 / (4 * 98 - 1) = 0.9923, g = 0.5924. Variance of d = 100 / 2500 +
    # 0.5970^2 / 200 = 0.0418, of g = 0.9923^2 * 0.0418 = 0.0411; statsmodels has n - 3.94 for n and no J there.
    row, other = arms("A", 103, post_sd=5.5, n=100, n_arm=50, n_comparator=50)
    found = sized(between(row, book(row, changed(other, post_mean=100, post_sd=4.5))))
    assert found.origin == MEANS
    assert found.g == pytest.approx(0.5924, abs=5e-5)
    assert found.variance == pytest.approx(0.0411, rel=0.02)
    assert found.low < found.g < found.high


def test_hedges_is_what_statsmodels_gets() -> None:
    from statsmodels.stats.meta_analysis import effectsize_smd

    row, other = arms("A", 8.7, post_sd=3, n_arm=17, n_comparator=24)
    other = changed(other, post_mean=11, post_sd=2.5, n_arm=24)
    g, variance = effectsize_smd(8.7, 3.0, 17, 11.0, 2.5, 24)
    found = sized(between(row, book(row, other)))
    assert (found.g, found.variance) == pytest.approx((float(g), float(variance)))


def test_the_same_people_twice_is_what_a_hand_gets() -> None:
    # Mean change 3, SD of changes 5.5, r = 0.7, 50 people. Raw SD = 5.5 / sqrt(2 * 0.3) = 7.1005, d = 0.4225,
    # J = 1 - 3 / (4 * 49 - 1) = 0.9846, g = 0.4160; variance of d = (1/50 + 0.4225^2 / 100) * 0.6 = 0.0131,
    # of g = 0.0127.
    g, variance = hedges_same_people(3 / 7.1005, 50, 0.7)
    assert (g, variance) == pytest.approx((0.4160, 0.0127), abs=5e-5)


def test_an_exact_p_gives_the_effect_of_the_data_that_it_came_from() -> None:
    own, other = [3.0, 4.5, 5.0, 6.5, 4.0, 5.5], [5.0, 6.0, 7.5, 6.5, 8.0, 9.0]
    p = ttest_ind(own, other).pvalue
    told = {"n_arm": 6, "n_comparator": 6, "p": float(p), "p_bound": "="}
    row = result("A", **told)
    found = sized(between(row, book(row)))
    mean, mean_other = sum(own) / 6, sum(other) / 6
    sd = ((sum((x - mean) ** 2 for x in own) + sum((x - mean_other) ** 2 for x in other)) / 10) ** 0.5
    assert found.origin == FROM_P
    assert found.g == pytest.approx(hedges((mean - mean_other) / sd, 6, 6)[0])
    rises = result("A", **told, direction="up")
    assert sized(between(rises, book(rises))).g == pytest.approx(-found.g)


def test_an_exact_p_of_the_same_people_is_a_paired_one() -> None:
    own, other = [3.0, 4.5, 5.0, 6.5, 4.0, 5.5], [5.0, 6.0, 5.5, 6.9, 6.0, 7.0]
    test = ttest_rel(own, other)
    row = result("A", n=6, p=float(test.pvalue), p_bound="=")
    found = sized(between(row, book(row, design="crossover"), 0.6))
    d = test.statistic * (2 * (1 - 0.6) / 6) ** 0.5
    assert found.same_people
    assert (found.g, found.variance) == pytest.approx(hedges_same_people(float(d), 6, 0.6))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"p": 0.01, "p_bound": "<"}, "bound"),
        ({"p": 0.4, "p_bound": "=", "direction": "none"}, "sign"),
        ({"p": 0.01, "p_bound": "=", "comparator": "mixed"}, "several arms"),
        ({"p": 0.01, "p_bound": "=", "n_arm": None, "n_comparator": None, "n": 39}, "n of each arm"),
        ({"outcome": "blood-pressure", "d": -0.4}, "several outcomes"),
        ({"percent_change": -30, "percent_of": "comparator"}, "no numbers"),
    ],
)
def test_what_gives_no_size_says_why(fields: dict[str, object], why: str) -> None:
    row = result("A", **{"n_arm": 20, "n_comparator": 20, **fields})
    found = between(row, book(row))
    assert isinstance(found, Unsized) and why in found.why


def test_a_median_is_no_mean() -> None:
    row, other = arms("A", 8.0)
    assert isinstance(between(row, book(row, other)), Effect)
    assert isinstance(between(changed(row, note="MEDIAN with IQR"), book(row, other)), Unsized)


def test_a_mean_difference_with_its_interval_is_the_t_of_it() -> None:
    # 20 and 20 people: t(0.975, 38) = 2.0244, SE = 2 / (2 * 2.0244) = 0.49397, t = -1.5 / 0.49397 = -3.0366,
    # d = t * sqrt(1/20 + 1/20) = -0.9603.
    told = {"value": -1.5, "value_kind": "MD", "low": -2.5, "high": -0.5, "interval_of": "value"}
    row = result("A", n_arm=20, n_comparator=20, **told)
    assert sized(between(row, book(row))).g == pytest.approx(hedges(-0.9603, 20, 20)[0], abs=1e-4)


def test_a_stated_d_keeps_its_interval() -> None:
    row = result("A", d=-0.7, low=-1.1, high=-0.3, interval_of="d")
    found = sized(between(row, book(row)))
    assert (found.g, found.low, found.high) == pytest.approx((-0.7, -1.1, -0.3))


def test_within_and_between_do_not_take_each_other() -> None:
    inside = result("A", compared="within-arm", comparator="baseline")
    with pytest.raises(ValueError, match="within an arm"):
        between(inside, book(inside))
    with pytest.raises(ValueError, match="two arms"):
        within(result("A"))


@settings(deadline=None)
@given(st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_a_higher_correlation_is_a_surer_change(one: float, other: float) -> None:
    told = {"baseline_mean": 10, "baseline_sd": 2, "post_mean": 9, "post_sd": 2, "n_arm": 20}
    row = result("A", compared="within-arm", comparator="baseline", **told)
    first, second = sized(within(row, one)), sized(within(row, other))
    assert first.g == second.g < 0
    assert (first.variance - second.variance) * (one - other) <= 0


def three() -> list[Result]:
    return [*arms("A", 9.0), *arms("B", 8.5), *arms("C", 8.0)]


def appraised(*results: Result, asked: str = "cortisol-saliva", **designs: str) -> Evidence:
    return evidence(asked, book=book(*results, **designs))


def test_three_sizes_are_pooled_and_two_are_counted() -> None:
    (group,) = appraised(*three()).groups
    effects = [sized(line.effect) for line in group.lines]
    assert group.pool == pooled([effect.g for effect in effects], [effect.variance for effect in effects])
    (fewer,) = appraised(*three()[:4]).groups
    assert fewer.pool is None
    assert fewer.directions == {"down": 2, "none": 0, "up": 0}


@pytest.mark.parametrize(
    ("fields", "design"),
    [
        ({"provenance": "memory"}, "parallel"),
        ({}, "review"),
        ({"compared": "within-arm", "comparator": "baseline"}, "parallel"),
        ({"arm_kind": "exercise"}, "parallel"),
        ({"comparator": "massage-in-others"}, "parallel"),
        ({"direction_inferred": True}, "parallel"),
    ],
)
def test_what_stands_apart_never_moves_the_pool(fields: dict[str, object], design: str) -> None:
    odd = {"d": -5, "low": -5.1, "high": -4.9, "interval_of": "d", "n": 40, **fields}
    found = appraised(*three(), result("Z", **odd), Z=design)
    assert found.groups == appraised(*three()).groups
    assert any("Z-1" in ids for ids in found.left_out.values())
    control = {key: value for key, value in odd.items() if key not in fields}
    assert appraised(*three(), result("Z", **control)).groups != found.groups


def test_a_study_counts_once_by_its_first_acute_result_whatever_that_found() -> None:
    late = result("A", id="A-0", occasion="course", d=-2, low=-3, high=-1, interval_of="d")
    first = result("A", id="A-1", direction="none")
    second = result("A", id="A-2", d=-2, low=-3, high=-1, interval_of="d")
    found = appraised(late, first, second)
    (group,) = found.groups
    assert [line.result.id for line in group.lines] == ["A-1"]
    assert Counter(ids for kept in found.left_out.values() for ids in kept) == {"A-0": 1, "A-2": 1}


def test_only_outcomes_of_one_quantity_are_pooled_together() -> None:
    rows = [*arms("A", 9.0), *arms("B", 8.5), *arms("C", 8.0, outcome="cortisol-urine")]
    groups = appraised(*rows, asked="cortisol").groups
    assert {group.name for group in groups} == {"cortisol_saliva", "cortisol_mean"}
    assert all(group.pool is None for group in groups)
    same = [*arms("A", 9.0, outcome="anxiety-state"), *arms("B", 8.5, outcome="anxiety-unspecified")]
    (group,) = appraised(*same, asked="anxiety_rating").groups
    assert len(group.meanings) == 2


def test_a_pool_that_leans_on_p_says_so_and_is_shown_at_other_correlations() -> None:
    fromp = result("D", n=20, p=0.02, p_bound="=")
    (group,) = appraised(*three(), fromp, D="crossover").groups
    assert group.caution == LEANS
    assert set(group.otherwise) == {0.3, 0.7}
    assert group.otherwise[0.3].mean != group.otherwise[0.7].mean
    (plain,) = appraised(*three()).groups
    assert plain.caution == "" and plain.otherwise == {}


def test_grade_judges_what_the_numbers_tell_and_nothing_else() -> None:
    sure = Pooled(12, -0.5, -0.6, -0.4, -0.7, -0.3, 0.0, 0.1, 0.001)
    good = grade(12, 900, sure)
    assert good.inconsistency.startswith("not serious") and good.imprecision.startswith("not serious")
    bad = grade(4, 90, replace(sure, low=-1.1, high=0.1, next_low=-2, next_high=1, i2=0.8))
    assert bad.inconsistency.startswith("very serious") and bad.imprecision.startswith("very serious")
    assert grade(12, 900, replace(sure, next_high=0.2)).inconsistency.startswith("serious")
    assert "fewer than 10" in bad.publication_bias
    assert all(word.startswith("not assessed") for word in (bad.risk_of_bias, bad.indirectness))


@pytest.mark.parametrize("wrong", ["", "cortizol", "..."])
def test_an_unknown_outcome_is_refused_with_a_fix(wrong: str) -> None:
    with pytest.raises(RequestError) as caught:
        evidence(wrong)
    assert all(finding.fix for finding in caught.value.findings)


def test_no_correlation_is_refused() -> None:
    with pytest.raises(RequestError, match="between -1 and 1"):
        evidence("cortisol", 1.0)


def test_an_id_is_one_outcome_and_a_word_is_all_that_have_it() -> None:
    def outcomes(word: str) -> set[str]:
        return {result.outcome for result in results_of(word, ledger())}

    assert outcomes("cortisol-saliva") == {"cortisol-saliva"}
    assert {"cortisol-saliva", "cortisol-serum", "cortisol-urine"} < outcomes("cortisol")
    assert {result.pathway for result in results_of("infection", ledger())} >= {"infection"}
    quantity = {name for name, entry in ledger().outcomes.items() if entry.quantity == "anxiety_rating"}
    assert outcomes("anxiety_rating") == quantity & {result.outcome for result in ledger().results}


def test_in_the_shipped_ledger_nothing_is_lost_or_mixed_and_signs_agree_with_directions() -> None:
    book = ledger()
    for pathway in sorted({result.pathway for result in book.results}):
        found = evidence(f"{pathway} pathway")
        lines = [line for group in found.groups for line in group.lines]
        kept = [line.result.id for line in lines] + [name for ids in found.left_out.values() for name in ids]
        assert sorted(kept) == sorted(result.id for result in results_of(f"{pathway} pathway", book))
        for line in lines:
            assert line.result.compared == "between-arm" and line.result.provenance != "memory"
            assert line.study.design != "review" and line.study.species == "human"
            if isinstance(line.effect, Effect) and line.result.direction != "none":
                assert (line.effect.g < 0) == (line.result.direction == "down"), line.result.id
