"""The codebook: whole, sourced, and its words understood however they are written."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.body.sources import sources as body_sources
from effleurage.errors import EffleurageError
from effleurage.lab.heart.indices import INDICES
from effleurage.lab.outcomes.codebook import Outcome, Size, codebook, known_outcome, meant, sources, spaced
from effleurage.people.simulate import readouts, whole_body
from effleurage.protocol.tables import read_table

TEXT = files("effleurage.lab.outcomes").joinpath("outcomes.toml").read_text(encoding="utf-8")
SIZED = ("by_itself", "responder", "between_arms")


def sizes(outcome: Outcome) -> list[Size]:
    return [size for name in SIZED if (size := getattr(outcome, name))]


@pytest.mark.parametrize("id", codebook())
def test_an_outcome_is_whole_and_every_size_has_a_source(id: str) -> None:
    outcome, quantities = codebook()[id], {"", *readouts(whole_body()), *INDICES}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) and outcome.name and outcome.instrument
    assert outcome.quantity in quantities and outcome.near in quantities
    assert all(word == word.lower() and word != outcome.name.lower() for word in outcome.words)
    for size in sizes(outcome):
        assert size.unit in (outcome.unit, "%", "fold") and size.value > (1 if size.unit == "fold" else 0)
        assert size.source in {**sources(), **body_sources()}
    if outcome.norm:
        assert outcome.norm.sd > 0 and outcome.norm.source and 0 < outcome.norm.retest < 1


def test_a_name_by_an_instrument_is_one_outcome_and_every_source_is_leaned_on() -> None:
    named = [(outcome.name, outcome.instrument) for outcome in codebook().values()]
    assert len(named) == len(set(named))
    assert set(sources()) == {s.source for o in codebook().values() for s in sizes(o)} - set(body_sources())


def test_the_three_sizes_are_what_their_sources_say_they_are() -> None:
    """Each source's own words, in sources.toml or the body's, are quoted beside the field that takes its number."""
    said = {
        "by_itself": {"CV", "pulses", "vary"},
        "responder": {"one person", "a person", "response from none", "smallest important", "four-fold"},
        "between_arms": {"lowered", "guide", "thresholds of clinical significance"},
    }
    for outcome in codebook().values():
        for name in SIZED:
            if size := getattr(outcome, name):
                text = {**sources(), **body_sources()}[size.source]
                assert any(words in text for words in said[name]), (outcome.name, name, text)


def test_what_is_held_against_says_what_it_is() -> None:
    assert codebook()["systolic"].stand_in == "" == codebook()["acth"].stand_in
    assert "in one person" in codebook()["pain-rating"].stand_in
    assert "with nothing done" in codebook()["rmssd"].stand_in and codebook()["rmssd"].smallest
    assert codebook()["acth"].smallest is None


@given(st.sampled_from(sorted({word for row in codebook().values() for word in row.called})), st.data())
def test_a_word_means_the_same_however_it_is_spaced_and_written(word: str, data: st.DataObject) -> None:
    between = data.draw(st.sampled_from([" ", "-", "_", "  "]))
    written = data.draw(st.sampled_from([str.lower, str.upper, str.title]))(between.join(spaced(word).split()))
    ids = meant(f" {written} ")
    assert ids == meant(word) and all(spaced(word) in map(spaced, codebook()[id].called) for id in ids)
    assert set(ids) == {id for id, row in codebook().items() if spaced(word) in map(spaced, row.called)}


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('instrument = "cuff"', 'instrumnt = "cuff"', "Did you mean 'instrument'?"),
        ("value = 1.5", 'value = "1.5"', "cortisol-saliva, responder, value"),
        ('grade = "A"', 'grade = "E"', "systolic, between_arms, grade"),
        ("sd = 7.51\n", "", "stress-pss, norm, sd: is missing"),
    ],
)
def test_a_wrong_table_is_refused_by_outcome_and_field(old: str, new: str, finding: str) -> None:
    assert old in TEXT and tomllib.loads(TEXT)
    with pytest.raises(EffleurageError, match="outcomes.toml") as refused:
        read_table(dict[str, Outcome], TEXT.replace(old, new, 1), "outcomes.toml")
    assert finding in str(refused.value)


def test_an_id_that_nothing_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(EffleurageError, match=r"here: no outcome 'pain-ratin'.*Did you mean 'pain-rating'"):
        known_outcome("pain-ratin", "here")
