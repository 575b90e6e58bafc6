"""The claims: every one sourced and measurable, and what is not is refused with file, key and fix."""

from __future__ import annotations

import re
import shutil
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from effleurage.body.ledger import GRADES
from effleurage.body.sources import sources as body_sources
from effleurage.errors import TargetError
from effleurage.evidence.claims.claims import (
    CATALOGUED,
    DOI,
    SOURCES,
    WAYS,
    Claim,
    Narrower,
    citations,
    claims,
    read_claims,
    shipped_sources,
)
from effleurage.evidence.published.eligibility import among
from effleurage.evidence.published.ledger import ledger
from effleurage.lab.outcomes.codebook import sources as codebook_sources

SHIPPED = Path(str(files("effleurage.evidence").joinpath("claims")))
ONE = "02-cortisol.toml"
SIZED = 'smallest = "cortisol-saliva"'
NEGATIVE = '{value = -1.5, unit = "nmol/L", source = "Miller2013", grade = "B"}'
CANCER = "14-cancer-relaxation.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "claims"))


def edit(folder: Path, *changes: tuple[str, str], name: str = ONE) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")


def refused(folder: Path) -> list[str]:
    with pytest.raises(TargetError) as caught:
        read_claims(folder)
    assert all(finding.where and finding.what and finding.fix for finding in caught.value.findings)
    return [str(finding) for finding in caught.value.findings]


def named(name: str) -> Claim:
    return next(claim for claim in claims() if claim.id == name)


def statements() -> list[tuple[str, Narrower]]:
    return [(claim.id, row) for claim in claims() for row in claim.narrower]


def test_all_ways_are_there_in_the_order_of_the_article() -> None:
    ways = [claim.way for claim in claims()]
    assert ways == sorted(ways, key=WAYS.index)
    assert set(ways) == set(WAYS)
    assert claims() is claims()
    assert len(claims()) == len(list(SHIPPED.glob("*.toml"))) - 1


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_every_source_of_a_claim_can_be_found(claim: Claim) -> None:
    found = citations(claim)
    assert found
    assert len(dict(found)) == len(found)
    for source, citation in found:
        own = {**codebook_sources(), **shipped_sources()}.get(source, "")
        assert source in ledger().studies or source in body_sources() or DOI.fullmatch(source) or CATALOGUED.search(own)
        assert len(citation) > 20


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_every_link_has_a_grade_and_an_assumed_one_says_so(claim: Claim) -> None:
    assert all(step.source and step.note and step.grade in GRADES for step in claim.steps)
    assert all((step.grade == "D") == (step.source == ("assumed",)) for step in claim.steps)


def test_every_source_that_only_claims_have_is_used() -> None:
    leaned_on = {source for claim in claims() for source, _ in citations(claim)}
    assert set(shipped_sources()) <= leaned_on


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_every_outcome_was_measured_and_none_is_only_remembered(claim: Claim) -> None:
    seen = {result.outcome for result in ledger().results if result.provenance != "memory"}
    used = [*claim.outcomes, *(outcome for row in claim.narrower for outcome in row.outcomes)]
    assert {outcome.id for outcome in used} <= seen
    studies = {result.study for result in ledger().results if result.provenance != "memory"}
    assert {row.study for row in claim.cited} | {row.study for row in claim.harms} <= studies


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_better_for_a_person_is_what_is_claimed(claim: Claim) -> None:
    used = [*claim.outcomes, *(outcome for row in claim.narrower for outcome in row.outcomes)]
    assert all(ledger().outcomes[outcome.id].better in ("", outcome.claimed) for outcome in used)


@pytest.mark.parametrize(("name", "row"), statements(), ids=lambda part: getattr(part, "statement", part))
def test_a_narrower_statement_is_a_filter_that_keeps_a_result(name: str, row: Narrower) -> None:
    found = ledger()
    kept = [
        result
        for result in found.results
        if result.outcome in {outcome.id for outcome in row.outcomes}
        and result.provenance != "memory"
        and result.compared == "between-arm"
        and result.occasion == (row.occasion or result.occasion)
        and (not row.comparators or result.comparator in row.comparators)
        and among(result, found.study_of(result), row.population)
    ]
    assert kept, name
    assert "baseline" not in row.comparators


def test_a_smallest_change_has_a_source_or_its_absence_a_reason() -> None:
    assert all(claim.smallest or claim.smallest_note for claim in claims())
    assert {claim.id for claim in claims() if claim.smallest is None} == {"heart-rate", "blood", "lymph"}


def test_people_are_found_by_their_own_group_first() -> None:
    def about(study: str, people: str) -> list[bool]:
        return [among(one, ledger().studies[study], people) for one in ledger().results if one.study == study]

    noto = [result for result in ledger().results if result.study == "Noto2010_leg"]
    assert about("Noto2010_leg", "cancer or oncology") == [result.group == "cancer patients" for result in noto]
    assert any(about("Stringer2008", "cancer or oncology"))
    assert all(about("Noto2010_leg", ""))


def test_noto_did_not_measure_cortisol_and_the_check_says_so() -> None:
    (check,) = named("cortisol").cited
    assert check.study == "Noto2010_leg"
    assert not check.agrees
    assert "Cortisol was not measured" in check.measured
    measured = {result.outcome for result in ledger().results if result.study == check.study}
    assert measured == {"anxiety-state", "stress-rating", "iga-unspecified", "chromogranin-a"}
    for name in ("stress-feeling", "cancer-relaxation", "cancer-defence"):
        assert [row.agrees for row in named(name).cited if row.study == "Noto2010_leg"] == [True]


def test_numbers_of_the_noto_check_are_those_of_the_ledger() -> None:
    said = " ".join(row.measured for name in ("cancer-relaxation", "cancer-defence") for row in named(name).cited)
    noto = [result for result in ledger().results if result.study == "Noto2010_leg"]
    ill = [result for result in noto if result.group == "cancer patients"]
    assert {abs(result.percent_change or 0) for result in ill} <= {float(one) for one in re.findall(r"(\d+) %", said)}
    assert {result.n for result in ill} == {29}


def test_diego_was_cited_by_the_wrong_number_but_measured_what_is_said() -> None:
    (check,) = named("parasympathetic").cited
    assert check.study == "DiegoField2009"
    assert check.agrees
    assert "other reference" in check.said
    assert "light pressure did the opposite" in check.measured
    rows = {(one.pressure, one.outcome, one.direction) for one in ledger().results if one.study == check.study}
    assert {("moderate", "hf-hrv", "up"), ("light", "hf-hrv", "down")} <= rows
    assert "119" in dict(citations(named("parasympathetic")))["DiegoField2009"]


def test_claims_about_cancer_begin_with_a_sourced_caution() -> None:
    about = [claim for claim in claims() if claim.way == "cancer"]
    assert about
    for claim in about:
        assert claim.caution
        assert claim.caution.sources
        assert all(word in claim.caution.text for word in ("platelet", "neutrophil", "oncology team"))
        assert claim.population


def test_no_wording_promises_health() -> None:
    for claim in claims():
        texts = vars(claim.wording).values()
        assert len(set(texts)) == len(texts)
        assert not re.search(r"\b(cures?|heals?|boosts?|proven|guarantee)", " ".join(texts))


def test_what_cannot_be_is_refused_all_at_once_with_file_key_and_fix(folder: Path) -> None:
    edit(
        folder,
        ('way = "stress"', 'way = "stresss"'),
        ('quantity = "cortisol_saliva"', 'quantity = "cortisol_salvia"'),
        ('{id = "cortisol-serum", claimed = "down"}', '{id = "cortisol-serun", claimed = "down"}'),
        (SIZED, 'smallest = {value = 1.5, unit = "nmol/L", source = "Müller2013", grade = "E"}'),
        ('source = ["NelsonTSST", "Karin2020"]', 'source = ["NelsonTSTS"]'),
        ('comparators = ["rest", "relaxation-quiet"', 'comparators = ["rest", "relaxing"'),
        ('study = "Noto2010_leg"', 'study = "Noto2010"'),
        ('sources = ["Moyer2011_MA",', 'sources = ["assumed",'),
    )
    said = refused(folder)
    for key, words in (
        ("way", "Did you mean 'stress'?"),
        ("quantity", "Did you mean 'cortisol_saliva'?"),
        ("outcomes 2, id", "Did you mean 'cortisol-serum'?"),
        ("smallest, source", "Miller2013"),
        ("smallest, grade", "'E' is not known"),
        ("steps 2, source", "Did you mean 'NelsonTSST'?"),
        ("narrower 1, comparators", "'relaxing' is not known"),
        ("cited 1, study", "Did you mean 'Noto2010_leg'?"),
        ("bound, sources", "No source, no number"),
    ):
        assert [line for line in said if line.startswith(f"{ONE}, {key}: ") and words in line], key


def test_keys_that_are_unknown_missing_or_of_another_kind_are_refused(folder: Path) -> None:
    edit(
        folder,
        ('id = "cortisol"', 'idd = "cortisol"'),
        (SIZED, 'smallest = {value = "1.5", unit = "nmol/L", source = "Miller2013", grade = "B"}'),
        ('untested = "', 'untestet = "'),
        ("agrees = false", 'agrees = "no"'),
        ('claim = "Massage lowers the stress hormone cortisol."', 'claim = ""'),
        ('source = ["assumed"]', 'source = "assumed"'),
    )
    said = refused(folder)
    for key, words in (
        ("idd", "Did you mean 'id'?"),
        ("id", "missing"),
        ("smallest, value", "not a number"),
        ("wording, untestet", "Did you mean 'untested'?"),
        ("wording, untested", "missing"),
        ("cited 1, agrees", "true or false"),
        ("claim", "empty"),
        ("steps 3, source", "not a list"),
    ):
        assert [line for line in said if line.startswith(f"{ONE}, {key}: ") and words in line], key


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "words"),
    [
        (ONE, 'saliva", claimed = "down"', 'saliva", claimed = "up"', "outcomes 1, claimed", "against the claim"),
        (ONE, SIZED, SIZED.replace('"cortisol-saliva"', NEGATIVE), "smallest, value", "no change"),
        (ONE, SIZED, 'smallest = "cortisol-salvia"', "smallest", "Did you mean 'cortisol-saliva'?"),
        (ONE, SIZED, 'smallest = "cortisol-serum"', "smallest", "no size of 'cortisol-serum'"),
        (ONE, 'unit = "nmol/L"\n', 'unit = "µg/dL"\n', "unit", "Say 'nmol/L'"),
        (ONE, 'source = ["assumed"]\ngrade = "D"', 'source = ["assumed"]\ngrade = "A"', "steps 3, grade", "grade D"),
        (ONE, 'outcomes = ["cortisol-saliva",', 'outcomes = ["acth",', "narrower 1, outcomes", "which way"),
        (ONE, 'occasion = "acute"', 'occasion = "night"', "narrower 1, occasion", "not known"),
        (ONE, 'population = "cancer or oncology"', 'population = "astronauts"', "narrower 2, population", "astronauts"),
        (ONE, 'id = "cortisol-urine"', 'id = "isotope-clearance"', "outcomes 3, id", "from memory"),
        (ONE, 'study = "Noto2010_leg"', 'study = "Zeitlin2000"', "cited 1, study", "from memory"),
        (CANCER, "[caution]", "[[harms]]", "harms 1, study", "missing"),
    ],
)
def test_one_thing_that_is_wrong(folder: Path, name: str, old: str, new: str, key: str, words: str) -> None:
    edit(folder, (old, new), name=name)
    assert [line for line in refused(folder) if line.startswith(f"{name}, {key}: ") and words in line]


def test_cancer_without_its_caution_and_a_change_without_a_reason_are_refused(folder: Path) -> None:
    text = (folder / CANCER).read_text(encoding="utf-8")
    (folder / CANCER).write_text(re.sub(r"\[caution\]\n.*\n.*\n", "", text), encoding="utf-8")
    edit(folder, ('smallest_note = "', 'note = "'), name="05-heart-rate.toml")
    edit(folder, ('note = "None', '# note = "None'), name="05-heart-rate.toml")
    said = refused(folder)
    assert [line for line in said if line.startswith(f"{CANCER}, caution: ")]
    assert [line for line in said if line.startswith("05-heart-rate.toml, smallest: ")]


def test_an_id_that_is_taken_a_broken_file_and_a_bad_source_are_refused(folder: Path) -> None:
    shutil.copy(folder / ONE, folder / "99-again.toml")
    (folder / "98-broken.toml").write_text("id = ", encoding="utf-8")
    with (folder / SOURCES).open("a", encoding="utf-8") as file:
        file.write('Chow1999 = "doi 10.1023/a:1020974408657"\nNobody = "somebody told us"\n')
    said = refused(folder)
    for start, words in (
        ("99-again.toml, id", "'cortisol' is taken"),
        ("98-broken.toml", "not a TOML file"),
        (f"{SOURCES}, Chow1999", "one fact, one place"),
        (f"{SOURCES}, Nobody", "Give a DOI"),
    ):
        assert [line for line in said if line.startswith(f"{start}: ") and words in line], start


def test_a_bare_doi_is_a_source_and_an_empty_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    edit(folder, ('"NelsonTSST"', '"10.1016/j.psyneuen.2013.05.003"'))
    claim = next(claim for claim in read_claims(folder) if claim.id == "cortisol")
    assert ("10.1016/j.psyneuen.2013.05.003", "doi 10.1016/j.psyneuen.2013.05.003") in citations(claim)
    (tmp_path / "empty").mkdir()
    assert "no claims" in refused(tmp_path / "empty")[0]


def test_files_hold_no_key_that_the_reader_drops() -> None:
    for path in sorted(SHIPPED.glob("[0-9]*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        claim = named(table["id"])
        assert set(table) <= set(vars(claim))
        assert len(claim.steps) == len(table["steps"])
        assert [row.statement for row in claim.narrower] == [row["statement"] for row in table["narrower"]]
