from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from effleurage.errors import TargetError
from effleurage.evidence.controls.controls import (
    Row,
    Source,
    families,
    read_controls,
    shipped_controls,
    sources,
    uses,
)
from effleurage.lab.outcomes.codebook import codebook

ROW = Row("a", "QuietRest1993", "systolic", "rest", "mmHg", "students", "A", "quoted", n=16, change=-9.6)
ALL = [row for rows in shipped_controls().values() for row in rows]

GOOD = """
[[row]]
id = "a"
source = "QuietRest1993"
outcome = "systolic"
comparator = "rest"
n = 10
change = -9.6
unit = "mmHg"
population = "students"
seen = "A"
quote = "quoted"
"""


def refused(text: str, name: str = "blood_pressure.toml") -> str:
    with pytest.raises(TargetError) as error:
        read_controls({name: text})
    return str(error.value)


def test_a_source_is_for_what_the_hash_of_its_doi_says() -> None:
    def use(doi: str, known: bool = False) -> str:
        return Source("a", doi, "rest", (), "", known, "abstract", "").use

    assert {use(f"10.1/{number}") for number in range(20)} == {"fit", "predict"}
    assert use("10.1/X") == use("10.1/x") and use("10.1/x", known=True) == "seen"


def test_there_are_values_enough_of_sources_enough() -> None:
    assert len(ALL) >= 60 and len({row.source for row in ALL}) >= 22
    assert sum(row.scored for row in ALL) >= 35 and len(sources()) >= 45


def test_the_changelog_counts_what_is_there() -> None:
    said = " ".join((Path(__file__).parents[3] / "CHANGELOG.md").read_text(encoding="utf-8").split())
    scored = sum(row.scored for row in ALL)
    assert f"{len(ALL)} published changes, of {len({row.source for row in ALL})} studies, of people who rested" in said
    assert f"the words in which it was printed; {scored} with a standard error" in said


def test_every_value_is_quoted_and_its_source_was_listed_to_read_it() -> None:
    for row in ALL:
        assert row.quote.strip() and row.outcome in sources()[row.source].reads, row.id


def test_every_family_has_three_values_and_both_halves_or_says_why_not() -> None:
    found = shipped_controls()
    for family in families().family:
        rows = found.get(family.id, ())
        assert bool(family.missing) != (len(rows) >= 3), family.id
        both = {"fit", "predict"} <= set(uses(rows))
        assert bool(rows and not both) == bool(family.one_sided), family.id


def test_every_outcome_that_a_source_reads_is_of_one_family_and_known() -> None:
    listed = [outcome for family in families().family for outcome in family.outcomes]
    beside = {one.id for one in families().beside}
    assert len(listed) == len(set(listed)) and set(listed) <= {*codebook(), *beside}
    assert beside.isdisjoint(codebook()) and {one for source in sources().values() for one in source.reads} <= set(
        listed
    )


def test_the_spread_of_a_change_is_what_is_printed_of_it() -> None:
    assert replace(ROW, sd=8.0).standard_error == pytest.approx(2.0)
    assert replace(ROW, se=2.0).spread == pytest.approx(8.0)
    assert replace(ROW, low=-13.52, high=-5.68).standard_error == pytest.approx(2.0, abs=1e-3)
    both = replace(ROW, sd_first=3.0, sd_second=4.0, r=0.5)
    assert both.spread == pytest.approx(13**0.5) and both.scored
    assert replace(both, r=0.0).spread == pytest.approx(5.0)


def test_what_has_no_spread_of_the_change_is_kept_and_says_why() -> None:
    assert not ROW.scored and ROW.why_not == "no spread of the change"
    both = replace(ROW, change=None, first=120.0, second=112.0, sd_first=9.0, sd_second=9.0)
    assert both.mean_change == -8 and "without r" in both.why_not and both.spread is None
    kept = [row for row in ALL if not row.scored]
    assert len(kept) >= 10 and all(row.why_not for row in kept)


def test_a_good_row_is_read() -> None:
    assert read_controls({"blood_pressure.toml": GOOD})["blood_pressure"][0].n == 10


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("n = 10\n", "", "a change without n"),
        ("n = 10", "n = 0", "0 people"),
        ("change = -9.6", "change = -9.6\nsd = 0", "sd: 0 is not above 0"),
        ("change = -9.6", "change = -9.6\nr = 1.5", "1.5 is no correlation"),
        ("change = -9.6", "change = -9.6\nlow = -12", "one end of an interval"),
        ("change = -9.6", "change = -9.6\nlow = 1\nhigh = 2", "is not between 1 and 2"),
        ("change = -9.6", "change = -9.6\nfirst = 120\nsecond = 119", "120 to 119 is not -9.6"),
        ("change = -9.6", "first = 120", "neither a change nor both means"),
        ('"systolic"', '"sistolic"', "Did you mean 'systolic'"),
        ('"systolic"', '"anxiety-state"', "is not of blood_pressure"),
        ('"systolic"', '"diastolic"', "was not listed to read 'diastolic'"),
        ('"QuietRest1993"', '"Nobody2000"', "'Nobody2000' is not listed"),
        ('"quoted"', '" "', "quote: is empty"),
        ('"rest"', '"sauna"', "comparator"),
        ("n = 10", "people = 10", "unknown field 'people'"),
    ],
)
def test_a_bad_row_is_found(old: str, new: str, said: str) -> None:
    assert old in GOOD and said in refused(GOOD.replace(old, new, 1))


def test_two_rows_of_one_name_and_a_file_of_no_family_are_found() -> None:
    assert "is there 2 times" in refused(GOOD + GOOD)
    assert "no family is called so" in refused(GOOD, "bloodpressure.toml")
