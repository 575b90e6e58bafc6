"""Claims about massage and immunity, as data: read from their files, with everything that is wrong said at once.

``claims/sources.toml`` holds the citations that neither the body nor the massage ledger has. Nothing here says whether
a claim is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, get_args

from effleurage.asked import asked
from effleurage.body.sources import NO_SOURCE
from effleurage.body.sources import sources as body_sources
from effleurage.body.units import shown
from effleurage.errors import Finding, TargetError, nearest
from effleurage.evidence.claims.claim import (
    RELATIVE,
    Claim,
    ClaimedOutcome,
    Direction,
    Lexicon,
    Narrower,
    Smallest,
    Sourced,
    Step,
    Way,
)
from effleurage.evidence.published.eligibility import among, why_left_out
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.published.results import Result
from effleurage.lab.heart.indices import INDICES
from effleurage.lab.outcomes.codebook import sources as codebook_sources
from effleurage.people.simulate import readouts, whole_body
from effleurage.protocol.tables import fitted, parsed, shipped_table

__all__ = [
    "CATALOGUED",
    "DOI",
    "RELATIVE",
    "SOURCES",
    "WAYS",
    "Claim",
    "ClaimedOutcome",
    "Direction",
    "Narrower",
    "Smallest",
    "Sourced",
    "Step",
    "among",
    "citations",
    "claims",
    "read_claims",
    "shipped_sources",
]

Table = dict[str, Any]
Fault = tuple[str, str] | None
"""What is wrong with a word, and the fix."""

WAYS: tuple[Way, ...] = get_args(Way)
SOURCES = "sources.toml"
DOI = re.compile(r"10\.\d{4,9}/\S+")
CATALOGUED = re.compile(r"\b10\.\d{4,9}/\S+|\bPMID \d+|\bPMC\d+|\b(19|20)\d\d;\d+:\d+")


@cache
@asked
def claims() -> tuple[Claim, ...]:
    """The claims that come with the package: the four ways in the article's order, then cancer.

    Example
    -------
    >>> [claim.id for claim in claims()][:2]
    ['stress-feeling', 'cortisol']
    """
    with as_file(files(__package__)) as folder:
        return read_claims(folder)


def read_claims(folder: Path) -> tuple[Claim, ...]:
    """Read a folder of claims. Raises ``TargetError`` with every finding: file, key and fix."""
    paths = sorted(path for path in folder.glob("*.toml") if path.name != SOURCES)
    if not paths:
        raise TargetError(Finding(str(folder), "no claims are there", "Give a folder with one TOML file a claim."))
    findings: list[Finding] = []
    own = _own_sources(folder / SOURCES, findings)
    lexicon = _lexicon(own)
    found: dict[tuple[int, str], Claim] = {}
    for path in paths:
        try:
            claim = _claim(path, lexicon)
        except TargetError as refused:
            findings += refused.findings
            continue
        faults = [Finding(f"{path.name}, {key}", what, fix) for key, what, fix in _at_odds(claim)]
        if claim.id in [other.id for other in found.values()]:
            faults.append(Finding(f"{path.name}, id", f"'{claim.id}' is taken", "Choose another."))
        findings += faults
        if not faults:
            found[WAYS.index(claim.way), path.name] = claim
    if findings:
        raise TargetError(findings)
    return tuple(claim for _, claim in sorted(found.items()))


def citations(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Each source of a claim and its full citation, in the order in which the claim leans on them."""
    named = [claim.smallest.source] if claim.smallest else []
    named += [source for step in claim.steps for source in step.source]
    named += [*claim.bound.sources, *(claim.caution.sources if claim.caution else ())]
    named += [*(row.study for row in claim.cited), *(row.study for row in claim.harms)]
    return tuple((source, _citation(source)) for source in dict.fromkeys(named) if source not in NO_SOURCE)


@cache
def shipped_sources() -> Mapping[str, str]:
    """Sources that only the claims name, and their citations."""
    return shipped_table(dict[str, str], __package__, SOURCES)


def _citation(source: str) -> str:
    if source in ledger().studies:
        return ledger().studies[source].cited
    known = {**body_sources(), **codebook_sources(), **shipped_sources()}
    return known.get(source) or f"doi {source}"


@cache
def _quantities() -> Mapping[str, str]:
    """What a claim may be about, with its unit: read-outs of the model and indices of heart-rate variability."""
    body = whole_body()
    units = {name: shown(body.quantities[name].unit) for name in readouts(body)}
    return units | {name: unit for name, (_, unit) in INDICES.items()}


def _read(path: Path) -> Table:
    try:
        return parsed(path.read_text(encoding="utf-8"), path.name, TargetError)
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(Finding(path.name, f"not a TOML file ({error})", "Mend it.")) from None


def _own_sources(path: Path, findings: list[Finding]) -> Mapping[str, str]:
    """Sources that only the claims name; what is wrong with them is added to ``findings``."""
    try:
        own = fitted(dict[str, str], _read(path), path.name, TargetError) if path.exists() else {}
    except TargetError as refused:
        findings += refused.findings
        return {}
    for key, text in own.items():
        if key in body_sources() or key in codebook_sources() or key in ledger().studies:
            what = "the body, the codebook of outcomes or the massage ledger has this source"
            findings.append(Finding(f"{SOURCES}, {key}", what, "Drop it here: one fact, one place."))
        if not CATALOGUED.search(text):
            fix = "Give a DOI, a PMID, a PMC number or year;volume:page."
            findings.append(Finding(f"{SOURCES}, {key}", "nobody could find it", fix))
    return own


def _claim(path: Path, lexicon: Lexicon) -> Claim:
    """The claim of a file. Raises ``TargetError`` with every finding."""
    table = _read(path)
    findings = [Finding(f"{path.name}, {place}", what, fix) for place, what, fix in _spell_out(table)]
    try:
        claim = fitted(Claim, table, path.name, TargetError, lexicon)
    except TargetError as refused:
        findings += refused.findings
    if findings:
        raise TargetError(findings)
    return claim


def _spell_out(table: Table) -> Iterator[tuple[str, str, str]]:
    """Say of every outcome that a narrower statement only names which way it should go: as in the claim itself."""

    def tables(rows: Any) -> list[Table]:
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    ways = {str(row.get("id")): row for row in tables(table.get("outcomes"))}
    for number, row in enumerate(tables(table.get("narrower")), 1):
        if not isinstance(row.get("outcomes"), list):
            continue
        for name in [name for name in row["outcomes"] if isinstance(name, str) and name not in ways]:
            fix = "Give {id = …, claimed = …}, or add it to the claim's outcomes."
            yield f"narrower {number}, outcomes", f"which way '{name}' should go is not said", fix
        stands_for = {name: {"id": name, "claimed": "up"} for name in row["outcomes"] if isinstance(name, str)} | ways
        row["outcomes"] = [stands_for[name] if isinstance(name, str) else name for name in row["outcomes"]]


def _lexicon(own: Mapping[str, str]) -> Lexicon:
    """What a file may name, by kind; ``own`` are the sources that come with the claims."""
    book, source = ledger(), partial(_source, own)
    return {
        "quantity": lambda name: _listed(_quantities(), name, "no laboratory reads '{}'") if name else None,
        "outcome": partial(_seen, book.outcomes, "outcome"),
        "study": partial(_seen, book.studies, "study"),
        "comparator": partial(_listed, book.comparators),
        "source": lambda name: _no_source(name) if name in NO_SOURCE else source(name),
        "link": lambda name: None if name in NO_SOURCE else source(name),
        "population": _people,
    }


def _listed(words: Iterable[str], word: str, what: str = "'{}' is not known") -> Fault:
    return None if word in words else (what.format(word), nearest(word, words))


def _seen(words: Iterable[str], field: str, word: str) -> Fault:
    """Whether a word is in its list, and was ever seen in a text by a ``field`` of the ledger's results."""
    if fault := _listed(words, word):
        return fault
    if not any(getattr(result, field) == word for result in _named()):
        return f"every result of '{word}' is from memory", "Leave it out."
    return None


def _named() -> Iterator[Result]:
    """Results by which a claim may name an outcome, a study or people."""
    return (result for result in ledger().results if not why_left_out(result, ledger(), "naming"))


def _source(own: Mapping[str, str], name: str) -> Fault:
    everywhere = {**own, **body_sources(), **codebook_sources(), **ledger().studies}
    if name in ledger().studies and name not in body_sources():
        return _seen(ledger().studies, "study", name)
    if name not in everywhere and not DOI.fullmatch(name):
        return f"'{name}' is no source that is known", f"{nearest(name, everywhere)} Or give a bare DOI."
    return None


def _no_source(name: str) -> Fault:
    return f"'{name}' is no source", "No source, no number."


def _people(population: str) -> Fault:
    for word in population.split(" or ") if population else ():
        if not any(among(result, ledger().study_of(result), word) for result in _named()):
            return f"no result is about '{word}'", "Use a word of the populations in studies.csv."
    return None


def _at_odds(claim: Claim) -> Iterator[tuple[str, str, str]]:
    """Key, what is wrong and the fix, where parts of a claim do not go together."""
    unit = _quantities().get(claim.quantity, "")
    if unit not in ("", "1", claim.unit):
        yield "unit", f"'{claim.unit}' does not fit", f"Say '{unit}'."
    yield from _smallest(claim)
    for number, measured in enumerate(claim.outcomes, 1):
        entry = ledger().outcomes[measured.id]
        same = (measured.claimed == claim.direction) == (entry.turn == 1)
        if claim.quantity and claim.quantity in (entry.quantity, entry.near) and not same:
            what = f"'{measured.claimed}' goes against the claim"
            fix = "Turn it over: the quantity of this outcome would go the other way."
            yield f"outcomes {number}, claimed", what, fix
    for number, step in enumerate(claim.steps, 1):
        if set(step.source) & set(NO_SOURCE) and step.grade != "D":
            yield f"steps {number}, grade", f"'{step.grade}' without a source", "An assumed link has grade D."
    if claim.way == "cancer" and claim.caution is None:
        yield "caution", "a claim about people with cancer has none", "Say what to ask a doctor first, with sources."


def _smallest(claim: Claim) -> Iterator[tuple[str, str, str]]:
    smallest = claim.smallest
    if smallest is None:
        if not claim.smallest_note:
            yield "smallest", "is missing", "Give it with its source, or say in smallest_note that none is known."
        return
    units = (claim.unit, *RELATIVE)
    if smallest.unit not in units:
        yield "smallest, unit", f"'{smallest.unit}' is not known", nearest(smallest.unit, units)
    if not smallest.value > (1 if smallest.unit == "fold" else 0):
        yield "smallest, value", f"{smallest.value:g} is no change", "Give its size, without a sign."
