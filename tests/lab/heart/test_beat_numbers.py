"""The numbers of the map are typed, and its inputs have bounds."""

from __future__ import annotations

import pytest

from effleurage.lab.heart.beat_numbers import map_numbers, table


def test_inputs_have_room_between_their_bounds() -> None:
    assert next(iter(table().inputs)) == "heart_rate"
    assert all(bounds.low < bounds.high and bounds.unit and bounds.meaning for bounds in table().inputs.values())


def test_numbers_are_those_of_the_table_and_cannot_be_changed() -> None:
    assert map_numbers()["interval_reference"] == table().parameters["interval_reference"].value == 900
    with pytest.raises(TypeError):
        map_numbers()["swing"] = 1.0  # type: ignore[index]
