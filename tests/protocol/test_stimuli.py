"""The catalogue: every number complete, and words that mean what a therapist means."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from effleurage.body.ledger import GRADES
from effleurage.body.sources import sources
from effleurage.errors import ProtocolError
from effleurage.protocol.stimuli import catalogue, read_catalogue
from effleurage.protocol.tables import Number

TOML = files("effleurage.protocol").joinpath("stimuli.toml").read_text(encoding="utf-8")


def numbers() -> Iterator[tuple[str, Number]]:
    known = catalogue()
    for table in (known.pressures, known.regions, known.postures, known.visit):
        yield from table.items()
    for name, technique in known.techniques.items():
        yield from ((f"{name} flow", technique.flow), (f"{name} knead", technique.knead))
    for name, kind in known.kinds.items():
        yield f"{name} longest", kind.longest
        yield from kind.levels.items()
        if kind.strength:
            yield f"{name} strength", kind.strength


@pytest.mark.parametrize(("name", "number"), list(numbers()))
def test_every_number_has_unit_source_grade_and_meaning(name: str, number: Number) -> None:
    assert number.unit in {"minute", "/min", "mmHg", "lux", "mg", "µg", "pg/mL", "ng/kg", "dimensionless"}, name
    assert number.source in {"assumed", "definition", *sources()} or "Wallace" in number.source
    assert number.grade in GRADES
    assert (number.source == "assumed") == (number.grade == "D"), name
    assert number.meaning


def test_the_words_a_therapist_uses_are_there() -> None:
    known = catalogue()
    assert {"swedish", "effleurage", "petrissage", "deep tissue", "lymph drainage", "thai", "shiatsu"} <= set(
        known.techniques
    )
    assert {name: known.pressures[name].value for name in ("light", "moderate", "firm", "deep")} == {
        "light": 10,
        "moderate": 30,
        "firm": 45,
        "deep": 60,
    }
    assert known.pressures[known.techniques["light touch"].pressure].value == 5
    assert known.kind_named("strain") == "chronic stress"
    assert known.kind_named("strian") is None


def test_implied_words_exist() -> None:
    known = catalogue()
    for name, technique in known.techniques.items():
        assert technique.pressure in known.pressures, name
        assert technique.posture in {"", *known.postures}, name
        assert technique.region in {"", *known.regions}, name
    for name, region in known.regions.items():
        assert region.part_of in {"", *known.regions}, name
    assert known.usual_posture in known.postures


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("back", 0.18),
        ("back and legs", 0.54),
        ("head and neck and back", 0.27),
        ("back and head and neck", 0.27),
        ("neck and head and neck", 0.09),
        ("back and back", 0.18),
        ("arm and arms", 0.18),
        ("whole body and back", 1.0),
    ],
)
def test_regions_add_up_without_counting_twice(text: str, share: float) -> None:
    assert catalogue().surface(text) == pytest.approx(share)


def test_an_unknown_region_names_the_nearest() -> None:
    with pytest.raises(ProtocolError, match="Did you mean 'back'"):
        catalogue().region_names("legs and bakc")


def test_a_new_technique_is_one_entry() -> None:
    row = '{value = 0.4, unit = "dimensionless", source = "assumed", grade = "D", meaning = "x"}'
    entry = f'\n[techniques.hotstone]\nmeaning = "warm stones"\npressure = "light"\nflow = {row}\nknead = {row}\n'
    assert read_catalogue(TOML + entry).techniques["hotstone"].flow.value == 0.4


def test_no_row_no_number() -> None:
    entry = '\n[techniques.bare]\nmeaning = "x"\npressure = "light"\nflow = {value = 1}\nknead = {value = 1}\n'
    with pytest.raises(ProtocolError, match="stimuli.toml, techniques, bare, flow, unit: is missing") as refused:
        read_catalogue(TOML + entry)
    assert len(refused.value.findings) == 8
