"""One codebook: whoever tells of an outcome refers to it, says nothing of it again, and means the same by a word."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.evidence.published.asked_outcome import results_of
from effleurage.evidence.published.ledger import ledger
from effleurage.lab.contrast.readouts import shipped_readouts
from effleurage.lab.heart.indices import INDICES
from effleurage.lab.instruments.instruments import instruments
from effleurage.lab.night.nights import OUTCOMES as NIGHTS
from effleurage.lab.outcomes.codebook import codebook, meant, sources
from effleurage.lab.saliva.assay import FLUIDS, UNITS
from effleurage.lab.scales.keys import scales
from effleurage.lab.untreated.comparable import comparable, comparable_of
from effleurage.people.simulate import whole_body
from effleurage.trial.design.endpoints import endpoint_of, endpoint_words, endpoints
from effleurage.trial.sentence.sentence import understood

SOURCE = Path(__file__).parents[1] / "src" / "effleurage"
UNIT = "points"
WORDS = sorted({word for row in codebook().values() for word in row.called})
CLAIMS = sorted((SOURCE / "evidence/claims").glob("*-*.toml"))
SAYS = ("outcome", "words", "unit", "low", "high", "mean", "sd", "retest", "worthwhile", "responder", "between_arms")
"""What a row about an outcome leaves to the codebook."""
SAME_UNITS = {
    "dimensionless": (UNIT, "titre"),
    "nmol_per_L": ("nmol/L",),
    "pg_per_mL": ("pg/mL",),
    "mmHg": ("mmHg",),
    "per_minute": ("/min",),
    "ug_per_minute": ("ug/min",),
    "ug_per_mL": ("mg/L",),
    "minute": ("min",),
    "G_per_L": ("1e9/L",),
}
"""Unit of the body -> the codebook's words for it; by another factor none is the same."""
TABLES = {
    "lab/instruments/instruments.toml": "instrument",
    "trial/design/endpoints.toml": "endpoint",
    "lab/scales/scales.toml": "scale",
    "lab/contrast/readouts.toml": "readout",
}


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((SOURCE / name).read_text(encoding="utf-8"))


def rows() -> list[tuple[str, dict[str, Any]]]:
    """Every row that refers to the codebook: the file, and the row with its id."""
    found: list[tuple[str, dict[str, Any]]] = []
    for file, name in TABLES.items():
        found += [(file, row) for row in table(file)[name] if "id" in row]
    found += [
        (path.name, {"id": claim["smallest"]})
        for path in CLAIMS
        if "smallest" in (claim := tomllib.loads(path.read_text(encoding="utf-8")))
    ]
    return found


def test_whoever_refers_to_an_outcome_finds_it_and_does_not_say_it_again() -> None:
    found = rows()
    assert len(found) > 40 and {row["id"] for _, row in found} <= set(codebook())
    assert [(file, row["id"], name) for file, row in found for name in SAYS if name in row] == []


def test_names_units_and_ends_are_those_of_the_codebook_wherever_they_are_asked_for() -> None:
    for row in instruments().values():
        coded = codebook()[row.id]
        assert (row.outcome, row.instrument, row.unit) == (coded.name, coded.instrument, coded.unit)
        assert (row.low, row.high) == (coded.low, coded.high)
        assert coded.quantity in (row.quantity, row.part)
    for end in endpoints().values():
        assert (end.unit, end.low, end.high) == (end.coded.unit, end.coded.low, end.coded.high)
    for scale in scales().values():
        if scale.id:
            coded = codebook()[scale.id]
            assert (scale.outcome, UNIT, scale.low, scale.high) == (coded.name, coded.unit, coded.low, coded.high)
    for readout in shipped_readouts():
        if readout.id:
            coded = codebook()[readout.id]
            assert (readout.quantity, readout.low, readout.high) == (coded.quantity, coded.low, coded.high)


def test_no_read_out_and_no_scale_hides_an_outcome_of_the_codebook() -> None:
    measured = {row.quantity for row in codebook().values() if row.quantity}
    assert [row.label for row in shipped_readouts() if not row.id and row.quantity in measured] == []
    named = {(row.name, row.instrument) for row in codebook().values()}
    assert [row.name for row in scales().values() if not row.id and (row.outcome, row.instrument) in named] == []
    assert [row.label for row in shipped_readouts() if re.search(r"\d+ ?- ?\d", row.label)] == []


def test_a_line_about_anything_goes_as_far_as_that_of_an_outcome_which_is_marked_on_it() -> None:
    line = scales()["VAS"]
    ends = [(row.low, row.high) for row in codebook().values() if row.name.startswith(f"{line.outcome} ")]
    assert ends == [(line.low, line.high)]


def test_points_have_ends_and_nothing_else_has() -> None:
    ended = {id for id, row in codebook().items() if math.isfinite(row.low) and row.low < row.high < math.inf}
    assert ended == {id for id, row in codebook().items() if row.unit == UNIT} - {"stress-psq"}
    assert all(math.isinf(row.low) == math.isinf(row.high) for row in codebook().values())


def test_the_body_an_index_of_heartbeats_a_tube_and_a_night_have_the_unit_of_the_codebook() -> None:
    for row in codebook().values():
        if row.instrument == "heartbeats":
            (index,) = [unit for name, unit in INDICES.values() if name == row.name]
            assert index == row.unit
        elif row.quantity:
            assert row.unit in SAME_UNITS[whole_body().quantities[row.quantity].unit]
        if row.name in UNITS and row.instrument in FLUIDS:
            assert row.unit == next(iter(UNITS[row.name]))
    assert codebook()["iga-concentration"].unit == next(iter(UNITS["sIgA"]))
    assert codebook()["total-sleep-diary"].unit == NIGHTS["TST"]


def test_the_ledger_says_no_unit_or_quantity_that_the_codebook_has() -> None:
    outcomes = table("evidence/published/massage/outcomes.toml")["outcomes"]
    shared = set(outcomes) & set(codebook())
    assert len(shared) >= 15
    assert [id for id in shared if {"unit", "quantity"} & set(outcomes[id])] == []
    for id in shared:
        row, coded = ledger().outcomes[id], codebook()[id]
        assert (row.unit, row.quantity, row.turn) == (coded.unit, coded.quantity, coded.turn)
        assert coded.near in ("", row.near)


def test_no_size_and_no_source_of_the_codebook_stands_in_another_table() -> None:
    dois = {doi for text in sources().values() for doi in re.findall(r"10\.\d{4,9}/[^\s:,;]+", text)}
    assert dois
    for path in SOURCE.rglob("*.toml"):
        if path.parent.name != "outcomes":
            text = path.read_text(encoding="utf-8")
            assert [doi for doi in dois if doi in text] == [], path


def in_a_sentence(word: str) -> tuple[set[str], bool]:
    """Outcomes that a sentence measures by a word, and whether it says what it left out."""
    heard = understood(f"60 min vs rest, {word}")
    ids = {endpoint_of(one.outcome, one.instrument).id for one in heard.design.outcomes}
    return ids, any("was not asked" in note for note in heard.notes)


def in_a_file(word: str) -> set[str]:
    """Outcomes that a compared file is taken to mean by a word, or is asked about."""
    try:
        return {comparable_of(word).id}
    except RequestError as refused:
        said = str(refused)
    if "is measured in" in said:
        return {row.id for row in comparable().values() if f"'{row.outcome}' is measured in" in said}
    names = {row.id: f"'{row.outcome}'" for row in comparable().values() if "Did you mean" in said}
    by = {row.id: f"{names[row.id]} ({row.instrument})" for row in comparable().values() if names}
    return {id for id, name in names.items() if by[id] in said or (name in said and f"{name} (" not in said)}


@pytest.mark.parametrize("word", WORDS)
def test_a_word_means_one_outcome_everywhere_or_is_asked_about(word: str) -> None:
    ids = set(meant(word))
    read = {row.id for row in comparable().values()} & ids
    assert in_a_file(word) == read or not read
    if word in endpoint_words():
        heard, told = in_a_sentence(word)
        names = {row.outcome for row in endpoints().values() if row.id in ids}
        assert heard == {endpoint_words()[word].id} <= ids
        assert told == (len(names) > 1)
    else:
        assert not ids & {row.id for row in endpoints().values()}
    try:
        found = {result.outcome for result in results_of(word, ledger())}
    except RequestError:
        found = set()
    own = {name: {q for q in (codebook()[name].quantity,) if q} for name in ids}
    seen = {result.outcome for result in ledger().results}
    for id, quantities in own.items():
        assert {id} & seen <= found
        assert {n for n in seen if ledger().outcomes[n].quantity in quantities} <= found
    if len(ids) == 1 and word not in ledger().outcomes:
        (quantities,) = own.values()
        assert all(one in ids or quantities & set(ledger().outcomes[one].measures) for one in found)


@given(st.text("abcdefghijklmnopqrstuvwxyz -_", min_size=1, max_size=20))
def test_what_nobody_calls_an_outcome_is_one_nowhere(word: str) -> None:
    if not meant(word):
        assert " ".join(word.lower().split()) not in endpoint_words()
        with pytest.raises(RequestError):
            comparable_of(word)


def test_stress_and_pain_are_one_thing_in_a_sentence_a_file_a_plan_and_a_search() -> None:
    for word, id in (("stress", "stress-rating"), ("pain", "pain-rating")):
        assert meant(word) == (id,) and in_a_sentence(word)[0] == in_a_file(word) == {id}
        quantity = codebook()[id].quantity
        found = {result.outcome for result in results_of(word, ledger())}
        assert id in found and all(quantity in ledger().outcomes[name].measures for name in found)
    whole = {result.id for result in ledger().results if result.pathway == "stress"}
    assert whole <= {result.id for result in results_of("stress pathway", ledger())}
