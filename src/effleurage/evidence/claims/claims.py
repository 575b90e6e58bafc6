"""Claims about massage and immunity, as data: what is said, what measures it, and which links and sizes it rests on.

A file of ``claims/`` is one claim; its keys are those of the dataclasses below. ``claims/sources.toml`` holds the
citations that neither the body nor the massage ledger has. Nothing here says whether a claim is true.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from effleurage.body.ledger import GRADES
from effleurage.body.sources import NO_SOURCE
from effleurage.body.sources import sources as body_sources
from effleurage.body.units import shown
from effleurage.errors import Finding, TargetError, nearest
from effleurage.evidence.published.ledger import Ledger, Row, ledger
from effleurage.lab.heart.indices import INDICES
from effleurage.people.simulate import readouts, whole_body

Direction = Literal["up", "down"]
Table = Mapping[str, Any]
Faults = Iterator[tuple[str, str, str]]
"""Key, what is wrong with it, and the fix."""

WAYS = ("stress", "parasympathetic", "circulation", "sleep", "cancer")
DIRECTIONS = ("up", "down")
OCCASIONS = ("acute", "course", "")
RELATIVE = ("%", "fold")
"""Units of a smallest change that is relative to the person's usual level."""
SOURCES = "sources.toml"
DOI = re.compile(r"10\.\d{4,9}/\S+")
CATALOGUED = re.compile(r"\b10\.\d{4,9}/\S+|\bPMID \d+|\bPMC\d+|\b(19|20)\d\d;\d+:\d+")


@dataclass(frozen=True)
class Measured:
    """An outcome of the massage ledger, and the way it goes if the claim is true."""

    id: str
    claimed: Direction


@dataclass(frozen=True)
class Smallest:
    """The smallest change that matters, in the unit of the claim, or in % or fold of the person's usual level."""

    value: float
    unit: str
    source: str
    grade: str


@dataclass(frozen=True)
class Step:
    """One link of the mechanism; ``grade`` is that of the body's ledger."""

    arrow: str
    source: tuple[str, ...]
    grade: str
    note: str


@dataclass(frozen=True)
class Sourced:
    """A text and what it rests on."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Narrower:
    """A statement that may hold where the claim does not: filters of published results, never a result.

    Empty means no filter. ``population`` is read by ``among``.
    """

    statement: str
    outcomes: tuple[Measured, ...]
    occasion: str
    comparators: tuple[str, ...]
    population: str


@dataclass(frozen=True)
class Wording:
    """What a leaflet may say, by verdict."""

    supported: str
    narrower: str
    not_shown: str
    contradicted: str
    untested: str


@dataclass(frozen=True)
class Cited:
    """A study that the article cites: what it is cited for, what it measured, and whether the two agree."""

    study: str
    said: str
    measured: str
    agrees: bool


@dataclass(frozen=True)
class Harm:
    """An unwanted result that a study of the massage ledger reports."""

    study: str
    text: str


@dataclass(frozen=True)
class Claim:
    """One claim. ``quantity`` is a read-out of the model, or empty; ``caution`` stands above any number."""

    id: str
    way: str
    claim: str
    direction: Direction
    quantity: str
    unit: str
    outcomes: tuple[Measured, ...]
    comparator: str
    steps: tuple[Step, ...]
    bound: Sourced
    narrower: tuple[Narrower, ...]
    wording: Wording
    smallest: Smallest | None = None
    smallest_note: str = ""
    population: str = ""
    cited: tuple[Cited, ...] = ()
    caution: Sourced | None = None
    harms: tuple[Harm, ...] = ()


@cache
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
    own = (_read(folder / SOURCES, findings) or {}) if (folder / SOURCES).exists() else {}
    findings += [Finding(f"{SOURCES}, {key}", what, fix) for key, what, fix in _wrong_sources(own)]
    found: dict[tuple[int, str], Claim] = {}
    for path in paths:
        table = _read(path, findings)
        if table is None:
            continue
        faults = list(_misshapen(table, "", "")) or list(_wrong(table, own))
        if table.get("id") in [claim.id for claim in found.values()]:
            faults.append(("id", f"'{table['id']}' is taken", "Choose another."))
        findings += [Finding(f"{path.name}, {key}", what, fix) for key, what, fix in faults]
        if not faults:
            found[WAYS.index(table["way"]), path.name] = _claim(table)
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
    return tomllib.loads(files(__package__).joinpath(SOURCES).read_text(encoding="utf-8"))


def among(row: Row, found: Ledger, population: str) -> bool:
    """Whether a result is about the people that a claim names: any of the words between its " or "s.

    Looked for in the row's own group; where it has none, in the population of its study.
    """
    people = (row["group"] or found.studies[row["study"]]["population"]).lower()
    return not population or any(word in people for word in population.lower().split(" or "))


def _citation(source: str) -> str:
    if source in ledger().studies:
        row = ledger().studies[source]
        return f"{row['citation']}, doi {row['doi']}" if row["doi"] else row["citation"]
    return shipped_sources().get(source) or body_sources().get(source) or f"doi {source}"


@cache
def _quantities() -> Mapping[str, str]:
    """What a claim may be about, with its unit: read-outs of the model and indices of heart-rate variability."""
    body = whole_body()
    units = {name: shown(body.quantities[name].unit) for name in readouts(body)}
    return units | {name: unit for name, (_, unit) in INDICES.items()}


def _read(path: Path, findings: list[Finding]) -> Table | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        findings.append(Finding(path.name, f"not a TOML file ({error})", "Mend it."))
        return None


def _wrong_sources(own: Table) -> Faults:
    for key, text in own.items():
        if key in body_sources() or key in ledger().studies:
            yield key, "the body or the massage ledger has this source", "Drop it here: one fact, one place."
        if not CATALOGUED.search(str(text)):
            yield key, "nobody could find it", "Give a DOI, a PMID, a PMC number or year;volume:page."


def _keys(shape: str, *, needed: bool) -> dict[str, type]:
    """Keys of a table and the kind of each, from the dataclass that it becomes; all, or those that are needed."""
    kinds = {"str": str, "Direction": str, "float": float, "bool": bool}
    return {
        field.name: list if str(field.type).startswith("tuple") else kinds.get(str(field.type), dict)
        for field in fields(_SHAPES[shape])
        if not needed or field.default is MISSING
    }


def _misshapen(table: Table, shape: str, place: str) -> Faults:
    """Keys that are unknown, missing, of another kind or empty."""
    allowed, needed = _keys(shape, needed=False), _keys(shape, needed=True)
    for key in (key for key in table if key not in allowed):
        yield f"{place}{key}", "is not a key of a claim", nearest(key, allowed)
    for key in (key for key in needed if key not in table):
        yield f"{place}{key}", "is missing", f"Give {_CALLED[needed[key]]}."
    for key, kind in ((key, kind) for key, kind in allowed.items() if key in table):
        value = table[key]
        fits = type(value) in (int, float) if kind is float else isinstance(value, kind)
        if not fits:
            yield f"{place}{key}", f"is not {_CALLED[kind]}", f"Give {_CALLED[kind]}."
        elif kind in (str, list) and not value and key not in _BLANK:
            yield f"{place}{key}", "is empty", "Fill it in." if key in needed else "Fill it in, or leave it out."
        elif key in _SHAPES:
            yield from _inside(value, key, place)


def _inside(value: Any, key: str, place: str) -> Faults:
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        here = f"{place}{key} {number}" if isinstance(value, list) else f"{place}{key}"
        if isinstance(item, dict):
            yield from _misshapen(item, key, f"{here}, ")
        elif not (place and isinstance(item, str)):
            yield here, "is not a table", f"Give one with {', '.join(_keys(key, needed=True))}."


def _wrong(table: Table, own: Table) -> Faults:
    """What is wrong with a claim of the right shape."""
    yield from _listed("way", table["way"], WAYS)
    yield from _listed("direction", table["direction"], DIRECTIONS)
    yield from _model(table)
    for number, entry in enumerate(table["outcomes"], 1):
        yield from _outcome(f"outcomes {number}", entry, table)
    for number, entry in enumerate(table["narrower"], 1):
        yield from _filter(f"narrower {number}", entry, table)
    for number, step in enumerate(table["steps"], 1):
        yield from _sources(f"steps {number}, source", step["source"], own)
        yield from _listed(f"steps {number}, grade", step["grade"], GRADES)
        if set(step["source"]) & set(NO_SOURCE) and step["grade"] != "D":
            yield f"steps {number}, grade", f"'{step['grade']}' without a source", "An assumed link has grade D."
    for key in (key for key in ("bound", "caution") if key in table):
        yield from _sources(f"{key}, sources", table[key]["sources"], own)
    for key in ("cited", "harms"):
        for number, entry in enumerate(table.get(key, ()), 1):
            yield from _listed(f"{key} {number}, study", entry["study"], ledger().studies, "study")
    yield from _people("population", table.get("population", ""))
    if table["way"] == "cancer" and "caution" not in table:
        yield "caution", "a claim about people with cancer has none", "Say what to ask a doctor first, with sources."
    if "smallest" in table:
        yield from _sources("smallest, source", [table["smallest"]["source"]], own)


def _model(table: Table) -> Faults:
    name, unit, smallest = table["quantity"], table["unit"], table.get("smallest")
    if name and name not in _quantities():
        yield "quantity", f"no laboratory reads '{name}'", nearest(name, _quantities())
    elif name and _quantities()[name] not in ("", "1", unit):
        yield "unit", f"'{unit}' does not fit", f"Say '{_quantities()[name]}'."
    if smallest is None:
        if not table.get("smallest_note"):
            yield "smallest", "is missing", "Give it with its source, or say in smallest_note that none is known."
        return
    yield from _listed("smallest, grade", smallest["grade"], GRADES)
    yield from _listed("smallest, unit", smallest["unit"], (unit, *RELATIVE))
    if not smallest["value"] > (1 if smallest["unit"] == "fold" else 0):
        yield "smallest, value", f"{smallest['value']:g} is no change", "Give its size, without a sign."


def _outcome(place: str, entry: Table, table: Table) -> Faults:
    name, outcomes = entry["id"], ledger().outcomes
    yield from _listed(f"{place}, claimed", entry["claimed"], DIRECTIONS)
    yield from _listed(f"{place}, id", name, outcomes, "outcome")
    if name not in outcomes or not table["quantity"]:
        return
    stands_for = table["quantity"] in (outcomes[name]["quantity"], outcomes[name]["near"])
    if stands_for and (entry["claimed"] == table["direction"]) != (outcomes[name].get("turn", 1) == 1):
        what = f"'{entry['claimed']}' goes against the claim"
        yield f"{place}, claimed", what, "Turn it over: the quantity of this outcome would go the other way."


def _filter(place: str, entry: Table, table: Table) -> Faults:
    for item in entry["outcomes"]:
        if not isinstance(item, str):
            yield from _outcome(f"{place}, outcomes", item, {"quantity": ""})
        elif item not in {outcome["id"] for outcome in table["outcomes"]}:
            fix = "Give {id = …, claimed = …}, or add it to the claim's outcomes."
            yield f"{place}, outcomes", f"which way '{item}' should go is not said", fix
    yield from _listed(f"{place}, occasion", entry["occasion"], OCCASIONS)
    for name in entry["comparators"]:
        yield from _listed(f"{place}, comparators", name, ledger().comparators)
    yield from _people(f"{place}, population", entry["population"])


def _sources(place: str, names: Sequence[str], own: Table) -> Faults:
    everywhere = {**own, **body_sources(), **ledger().studies}
    for name in names:
        if name in ledger().studies and name not in body_sources():
            yield from _listed(place, name, ledger().studies, "study")
        elif name in NO_SOURCE and not place.startswith("steps"):
            yield place, f"'{name}' is no source", "No source, no number."
        elif name not in everywhere and name not in NO_SOURCE and not DOI.fullmatch(name):
            yield place, f"'{name}' is no source that is known", f"{nearest(name, everywhere)} Or give a bare DOI."


def _people(place: str, population: str) -> Faults:
    for word in population.split(" or ") if population else ():
        if not any(among(row, ledger(), word) for row in ledger().results):
            yield place, f"no result is about '{word}'", "Use a word of the populations in studies.csv."


def _listed(place: str, word: str, words: Iterable[str], field: str = "") -> Faults:
    """Whether a word is in its list, and, for a ``field`` of the ledger's results, was ever seen in a text."""
    if word not in words:
        yield place, f"'{word}' is not known", nearest(word, words)
    elif field and not any(row[field] == word and row["provenance"] != "memory" for row in ledger().results):
        yield place, f"every result of '{word}' is from memory", "Leave it out."


def _claim(table: Table) -> Claim:
    way = {outcome["id"]: outcome["claimed"] for outcome in table["outcomes"]}

    def measured(items: Sequence[Any]) -> tuple[Measured, ...]:
        return tuple(Measured(item, way[item]) if isinstance(item, str) else Measured(**item) for item in items)

    def built(kind: type, entry: Table) -> Any:
        return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})

    parts: dict[str, Any] = {}
    for key, value in table.items():
        if key in _SHAPES and key != "outcomes":
            rows = value if isinstance(value, list) else [value]
            made = [
                built(_SHAPES[key], {**row, "outcomes": measured(row["outcomes"])} if key == "narrower" else row)
                for row in rows
            ]
            parts[key] = tuple(made) if isinstance(value, list) else made[0]
    return Claim(**{**table, **parts, "outcomes": measured(table["outcomes"])})


_SHAPES: Mapping[str, type] = {
    "": Claim,
    "outcomes": Measured,
    "smallest": Smallest,
    "steps": Step,
    "bound": Sourced,
    "narrower": Narrower,
    "wording": Wording,
    "cited": Cited,
    "caution": Sourced,
    "harms": Harm,
}
_BLANK = {"quantity", "unit", "note", "occasion", "population", "comparators"}
_CALLED = {str: "a text", list: "a list", dict: "a table", float: "a number", bool: "true or false"}
