from __future__ import annotations

import logging

import numpy as np
import pytest

from effleurage.lab.instruments.instruments import instrument_of
from effleurage.lab.untreated import bank as banks
from effleurage.lab.untreated.bank import TRAITS, Bank
from effleurage.lab.untreated.clients import kinds
from effleurage.lab.untreated.hours import Hours, World

DAYS = World(420.0, 1380.0)
NOON = Hours(720.0, 780.0)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few people."""
    monkeypatch.setattr(banks, "ORDINARY", 12)
    monkeypatch.setattr(banks, "OF_A_KIND", 4)


def test_everybody_is_another_person_and_a_kind_counts_as_its_share_says() -> None:
    groups = Bank().groups
    persons = np.concatenate([group.cohort.persons for group in groups.values()])
    assert len(np.unique(persons)) == len(persons) and len(persons) > 3000
    for name, kind in kinds().items():
        assert groups[name].weight * len(groups[name].cohort.persons) == pytest.approx(kind.share * banks.ORDINARY)


def test_people_who_differ_in_what_is_measured_or_said_stand_beside_ordinary_ones() -> None:
    def names(outcome: str, *traits: str) -> list[str]:
        return [group.name for group in Bank().beside(instrument_of(outcome), traits)]

    assert names("pain NRS") == ["", "in pain", "in the worst pain"]
    assert names("ACTH") == [""]
    assert names("ACTH", "pain") == ["", "in pain", "in the worst pain"]
    assert {kind.trait for kind in kinds().values()} - {""} == set(TRAITS)


def test_what_is_said_of_everybody_wins_over_a_kind() -> None:
    groups = Bank(settings={"pain_load": 2.0}).groups
    assert groups["in pain"].cohort.settings["pain_load"] == 2.0


@pytest.mark.usefixtures("small")
def test_lives_are_lived_once_and_told(caplog: pytest.LogCaptureFixture) -> None:
    one = instrument_of("pain NRS")
    fresh = Bank(settings={"pain_load": 3.25})
    with caplog.at_level(logging.WARNING):
        first = fresh.pairs(one, NOON)
    told = [record.getMessage() for record in caplog.records if "whom nobody treats" in record.getMessage()]
    assert len(told) <= 1
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        again = Bank(settings={"pain_load": 3.25}).pairs(one, NOON)
    assert not caplog.records
    assert (first.first == again.first).all() and (first.second == again.second).all()
    assert len(first.first) == 4 * 20


@pytest.mark.usefixtures("small")
def test_usual_is_what_a_person_shows_on_ordinary_days() -> None:
    group = Bank(settings={"pain_load": 3.25}).groups[""]
    usual = Bank(settings={"pain_load": 3.25}).usual(group, NOON, tuple(TRAITS))
    assert set(usual) == set(TRAITS)
    assert np.median(usual["pain"]) == pytest.approx(3.25, abs=0.4)
    assert (usual["age"] >= 18).all() and (usual["sleep"] < 480).all()


@pytest.mark.usefixtures("small")
def test_lives_of_other_quantities_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    bank = Bank(settings={"pain_load": 3.25})
    lives = bank.lives(DAYS, bank.groups[""])
    data = banks._written(lives)
    assert set(banks._read(data)) == set(lives)
    monkeypatch.setattr(banks, "_quantities", lambda: ("cortisol",))
    with pytest.raises(ValueError, match="another kind"):
        banks._read(data)


def test_between_two_looks_a_state_lies_on_the_line() -> None:
    one = instrument_of("pain NRS")
    minutes = DAYS.minutes()
    lives = {"pain_rating": np.outer(minutes, [1.0, 2.0]).astype(np.float32)}
    seen = banks._seen(DAYS, lives, one, 2167.0)
    assert seen["pain_rating"].values[0] == pytest.approx([2167.25, 4334.5])
