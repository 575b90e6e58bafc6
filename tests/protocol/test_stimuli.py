"""The catalogue: every number complete, and words that mean what a therapist means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from effleurage.body.ledger import GRADES
from effleurage.body.sources import sources
from effleurage.errors import ProtocolError
from effleurage.protocol.stimuli import catalogue, read_catalogue
from effleurage.protocol.tables import Number

CITED = re.compile(r", [A-Z]\w+ [12][0-9]{3};|researcherlife:")
"""A source that is cited in full, where the body's ledger has no key for it."""
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
        if kind.shortest:
            yield f"{name} shortest", kind.shortest
        if kind.course and kind.course.turn:
            yield f"{name} turn", kind.course.turn
        for piece in kind.course.pieces if kind.course else ():
            lengths = [one for one in (piece.minutes, piece.share) if one]
            yield from ((f"{name}, {piece.meaning}", one) for one in (*lengths, *piece.inputs.values()))


@pytest.mark.parametrize(("name", "number"), list(numbers()))
def test_every_number_has_unit_source_grade_and_meaning(name: str, number: Number) -> None:
    assert number.unit in {"minute", "/min", "mmHg", "lux", "mg", "µg", "pg/mL", "ng/kg", "dimensionless"}, name
    cited = CITED.search(number.source)
    assert number.source in {"assumed", "definition", *sources()} or cited, name
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


def test_a_word_names_one_kind() -> None:
    words = [word for name, kind in catalogue().kinds.items() for word in (name, *kind.also)]
    assert len(words) == len(set(words))


def test_a_stressor_alone_is_what_it_was() -> None:
    kind = catalogue().kinds["stressor"]
    assert (kind.input, kind.course, kind.shortest) == ("stressor", None, None)
    assert kind.parts(20, 1) == ((0, 20, {"stressor": 1}),)
    assert catalogue().kinds["cold hand"].parts(2, 1) == ((0, 2, {"cold": 1}),)


def test_a_trier_test_has_its_published_minutes_and_is_1_in_the_mean() -> None:
    kind = catalogue().kinds["trier"]
    parts = kind.parts(20, 1)
    assert [end - begin for begin, end, _ in parts] == [10, 5, 5]
    assert sum((end - begin) * inputs["stressor"] for begin, end, inputs in parts) / 20 == pytest.approx(1)
    preparing, speech, arithmetic = (inputs["stressor"] for _, _, inputs in parts)
    assert preparing < arithmetic < speech
    assert [end - begin for begin, end, _ in kind.parts(13, 1)] == [3, 5, 5]


def test_minutes_that_a_test_cannot_have_are_refused_with_those_that_are_fixed() -> None:
    trier, pain = catalogue().kinds["trier"], catalogue().kinds["pain"]
    assert [trier.minutes_fault(minutes) is None for minutes in (12, 13, 20, 21)] == [False, True, True, False]
    fault = trier.minutes_fault(45)
    assert fault and fault.what == "45 min cannot be"
    assert fault.fix == (
        "Say 13 to 20 min (5 min speech, 5 min arithmetic; preparing takes the rest), or write its parts, a line each."
    )
    assert pain.minutes_fault(1) is None and "Say 1 to 30 min." in str(pain.minutes_fault(31))


def test_the_strength_of_a_course_multiplies_every_level() -> None:
    kind = catalogue().kinds["socially evaluated cold pressor"]
    assert kind.parts(3, 1) == ((0, 3, {"cold": 1, "stressor": 0.5}),)
    assert kind.parts(3, 0.5) == ((0, 3, {"cold": 0.5, "stressor": 0.25}),)
    assert kind.inputs == ("cold", "stressor")


ROW = '{value = 1, unit = "minute", source = "assumed", grade = "D", meaning = "x"}'


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "is not one of a visit, an input and a course"),
        ('input = "cold"\nvisit = true', "is not one of a visit, an input and a course"),
        ('input = "cold"', "kinds, new, strength: is missing"),
        (f"strength = {ROW}\n[[kinds.new.course.pieces]]\nmeaning = 'x'\ninputs = {{}}", "says minutes and share"),
        (
            f"strength = {ROW}\nwhole = true\n[[kinds.new.course.pieces]]\nmeaning = 'x'\ninputs = {{}}\nshare = {ROW}",
            "a whole dose has no course",
        ),
    ],
)
def test_a_kind_that_cannot_be_is_refused_by_name(entry: str, said: str) -> None:
    with pytest.raises(ProtocolError, match="stimuli.toml, kinds, new") as refused:
        read_catalogue(f'{TOML}\n[kinds.new]\nmeaning = "x"\nlongest = {ROW}\n{entry}\n')
    assert said in str(refused.value)


def test_a_new_kind_with_a_course_is_one_entry() -> None:
    piece = f'[[kinds.singing.course.pieces]]\nmeaning = "before a jury"\nshare = {ROW}\ninputs = {{stressor = {ROW}}}'
    entry = f'\n[kinds.singing]\nmeaning = "x"\nlongest = {ROW}\nstrength = {ROW}\n{piece}\n'
    assert read_catalogue(TOML + entry).kinds["singing"].parts(4, 2) == ((0, 4, {"stressor": 2}),)


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
