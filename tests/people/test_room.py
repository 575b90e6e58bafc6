"""Memory that people take: counted by what is held of each, and refused where there is not so much."""

from __future__ import annotations

import pytest

from effleurage.errors import RequestError
from effleurage.people.room import of_a_person
from effleurage.people.simulate import Worlds
from effleurage.protocol.model import Protocol


def test_a_person_takes_more_with_every_world_quantity_and_sample() -> None:
    worlds = Worlds.of([Protocol(title="x", days=1)])
    grid = worlds._laid[0]
    one = of_a_person(worlds.body, worlds.program, grid, 1, 10)
    assert of_a_person(worlds.body, worlds.program, grid, 2, 10) - one == 8 * 2 * 10 * len(grid.samples)
    assert one > 8 * (len(worlds.program.constants) + len(worlds.program.states))


def test_more_people_than_memory_holds_are_refused_with_what_they_take_and_the_way_on() -> None:
    worlds = Worlds.of([Protocol(title="x", days=1)])
    worlds.check_room(1000)
    with pytest.raises(RequestError, match=r"draws: 9,000,000 draws take [\d,]+ GB of memory. Ask for at most [\d,]+"):
        worlds.check_room(9_000_000, "draws", "draws")
