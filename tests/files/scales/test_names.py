"""What a column's name means, by itself and beside others."""

from __future__ import annotations

import pytest

from effleurage.files.scales.names import Place, places_of


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("pss10_3", Place("PSS-10", 3)),
        ("pss_10_total", Place("PSS-10")),
        ("vas_stress", Place("VAS", rated="stress")),
        ("pain_vas", Place("VAS", rated="pain")),
        ("psqi_c3", Place("PSQI", 3)),
    ],
)
def test_a_name_by_itself(name: str, place: Place) -> None:
    assert places_of([name]) == ({name: place}, {})


@pytest.mark.parametrize("form", [4, 10, 14])
def test_the_form_of_a_pss_is_that_of_its_highest_item(form: int) -> None:
    names = [f"pss_{item}" for item in range(1, form + 1)]
    assert places_of(names)[0] == {name: Place(f"PSS-{form}", item) for item, name in enumerate(names, 1)}


def test_items_without_a_form_are_not_guessed() -> None:
    found, faults = places_of(["pss_1", "pss_7"])
    assert found == {} and set(faults) == {"pss_1", "pss_7"}
    assert all("does not say which form" in fault for fault in faults.values())


def test_items_21_to_40_of_a_stai_ask_about_the_trait() -> None:
    found, faults = places_of([f"stai_{item}" for item in range(1, 41)])
    assert faults == {}
    assert found["stai_20"] == Place("STAI-S", 20) and found["stai_21"] == Place("STAI-T", 1)
    assert found["stai_40"] == Place("STAI-T", 20)


def test_an_item_beyond_the_scale_is_told() -> None:
    _, faults = places_of(["pss10_3", "pss10_11"])
    assert faults == {"pss10_11": "is item 11, and the PSS-10 has 10"}


def test_a_question_of_the_psqi_that_is_not_known_is_told_and_other_words_are_nobodys() -> None:
    found, faults = places_of(["psqi_q55", "height"])
    assert found == {} and set(faults) == {"psqi_q55"}
