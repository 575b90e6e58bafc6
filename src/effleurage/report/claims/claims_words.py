"""Verdicts for readers: plain words, the order in which they are told, and JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, cast

from effleurage.evidence.claims.claims import RELATIVE, Claim, Smallest
from effleurage.evidence.claims.delivered import MOST, Delivered
from effleurage.evidence.claims.verdicts import Verdict, Weighed, Word
from effleurage.report.as_json import plain
from effleurage.report.evidence.evidence_words import size
from effleurage.report.four_ways.four_ways import WAYS
from effleurage.report.numbers import human
from effleurage.report.pages import prose
from effleurage.statistics.pooling import FEWEST

WAY_NAMES = {
    "stress": "stress and cortisol",
    "parasympathetic": "parasympathetic side",
    "circulation": "blood and lymph",
    "sleep": "sleep",
}
"""Way of a claim -> name of the way on the page of the four ways."""
IMMUNITY, CANCER = "immunity", "cancer"
IMMUNE = ("immunity", "immune", "defence")
"""Words in the id of a claim that is about immunity."""
MEANINGS = cast("dict[Word, str]", prose("claims/meanings.toml"))
"""Verdict -> what it means, in the order in which verdicts are told."""
OTHER_WAY = "the body goes the other way"


@dataclass(frozen=True)
class Block:
    """Claims that are told together: ``name`` of the way, its ``title``, a ``caution`` that stands first, or empty."""

    name: str
    title: str
    caution: str
    verdicts: tuple[Verdict, ...]


def blocks(verdicts: Iterable[Verdict]) -> list[Block]:
    """The four ways, immunity, then cancer with its caution; a claim about cancer is never told without it."""
    held: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        held.setdefault(block_of(verdict.claim), []).append(verdict)
    titles = {way.name: way.title for way in WAYS} | {CANCER: "People with cancer"}
    told = []
    for name, title in titles.items():
        own = held.get(name, [])
        if own:
            told.append(Block(name, title, "\n".join(cautions(own)), tuple(own)))
    return told


def block_of(claim: Claim) -> str:
    """Where a claim is told: the name of its way, immunity or cancer."""
    if claim.way == CANCER:
        return CANCER
    return IMMUNITY if any(word in claim.id for word in IMMUNE) else WAY_NAMES[claim.way]


def cautions(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Each caution once."""
    return tuple(dict.fromkeys(one.claim.caution.text for one in verdicts if one.claim.caution))


def slug(word: Word) -> str:
    """The verdict as the name of a style."""
    return word.replace(" ", "-")


def share(verdict: Verdict) -> float:
    """Share of the draws (0-1) in which the body goes the claimed way; 0 without a body."""
    if verdict.body is None:
        return 0.0
    return verdict.body.rising if verdict.claim.direction == "up" else 1 - verdict.body.rising


def against(verdict: Verdict) -> bool:
    """Whether the body goes the other way: in more than half of the draws."""
    return verdict.body is not None and share(verdict) < 0.5


def needed(verdict: Verdict) -> int | None:
    """People in each arm to see the simulated effect; None without one, beyond MOST, or where the body goes against."""
    return None if verdict.body is None or against(verdict) else verdict.body.n_per_arm


def people_words(verdict: Verdict) -> str:
    """The same as a reader wants it."""
    if verdict.body is None:
        return "–"
    if against(verdict):
        return OTHER_WAY
    number = needed(verdict)
    return f"more than {MOST:,}" if number is None else f"{number:,}"


def effect_words(body: Delivered | None) -> str:
    """The simulated effect, its interval and its unit: ``−3.51 points (−7.92 to +0.166)``."""
    if body is None:
        return "–"
    ends = f"({human(body.low, signed=True)} to {human(body.high, signed=True)})"
    return f"{human(body.value, signed=True)} {body.unit} {ends}"


def effect_sentence(body: Delivered) -> str:
    """The simulated effect without signs, against the level without massage."""

    def said(value: float) -> str:
        return f"{human(abs(value))} {'higher' if value > 0 else 'lower'}"

    ends = sorted((body.low, body.high), key=abs, reverse=True)
    percent = f" ({human(abs(body.relative[0]))} %)" if body.usual and body.unit not in RELATIVE else ""
    return (
        f"{human(abs(body.value))} {body.unit} {'higher' if body.value > 0 else 'lower'}{percent} than with rest; what "
        f"is unsure in the body allows anything from {said(ends[0])} to {said(ends[1])}."
    )


def smallest_words(smallest: Smallest | None) -> str:
    """The smallest change that matters: ``10 points``, ``21 % of the usual level``, ``4 times the usual level``."""
    if smallest is None:
        return "not known"
    if smallest.unit == "fold":
        return f"{smallest.value:g} times the usual level"
    return f"{smallest.value:g} {smallest.unit}{' of the usual level' if smallest.unit == '%' else ''}"


def counts(verdict: Verdict) -> dict[str, int]:
    """Studies that found what is claimed, no difference, the opposite."""
    weighed = verdict.weighed
    return {"for": weighed.count(1), "none": weighed.count(0), "against": weighed.count(-1)}


def why(verdict: Verdict) -> str:
    """Short sentences without words of statistics: what studies found, and what the simulated body does."""
    weighed = verdict.weighed
    told = [_studies(weighed)]
    if weighed.found != "found" and len(weighed.votes) > 1 and 2 * weighed.count(1) > len(weighed.votes):
        few = 0 < weighed.count(1) < FEWEST
        told.append(f"We ask for at least {FEWEST} that found it." if few else "Their sizes together are not clear.")
    told += [f"On what holds: {_studies(one)}" for said, one in verdict.narrower if said == verdict.statement]
    return " ".join([*told, _body(verdict)])


def _studies(weighed: Weighed) -> str:
    parts = [(1, "found it"), (0, "found no difference"), (-1, "found the opposite")]
    said = [(weighed.count(answer), words) for answer, words in parts if weighed.count(answer)]
    total = len(weighed.votes)
    if not total:
        return "No study in adults compared massage with anything else on this."
    if total == 1:
        return f"One study in adults looked, and {said[0][1]}."
    if len(said) == 1:
        return f"{'Both' if total == 2 else f'All {total}'} studies in adults {said[0][1]}."
    listed = ", ".join(f"{number} {words}" for number, words in said[:-1])
    return f"Of {total} studies in adults, {listed} and {said[-1][0]} {said[-1][1]}."


def _body(verdict: Verdict) -> str:
    body = verdict.body
    if body is None:
        return "The simulated body cannot answer it."
    if body.agrees(verdict.claim.direction):
        far = {True: ", by enough to matter", False: ", but by less than what is known to matter", None: ""}
        return f"The simulated body goes the claimed way{far[verdict.reaches]}."
    if body.agrees("down" if verdict.claim.direction == "up" else "up"):
        return "The simulated body goes the other way."
    if against(verdict):
        return "The simulated body leans the other way, not clearly."
    return "In the simulated body the direction is not clear."


def pooled_words(verdict: Verdict) -> str:
    """The size of all studies together, or why there is none."""
    pool = verdict.weighed.pool
    if pool is None:
        return "too few give a size to pool" if verdict.weighed.votes else "nothing to pool"
    return f"together {size(pool.mean, pool.low, pool.high)} standard deviations, + as claimed"


def tally(verdict: Verdict) -> str:
    """Counts of studies in a line, with the size of all together where there is one."""
    seen = counts(verdict)
    if not sum(seen.values()):
        return "no study"
    told = f"{seen['for']} found it, {seen['none']} no difference, {seen['against']} the opposite"
    return f"{told}; {pooled_words(verdict)}" if verdict.weighed.pool else told


def as_data(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """For ``--json``: all that a verdict says; what is no number is null."""
    return {"claims": [_data(one) for one in verdicts]}


def _data(verdict: Verdict) -> dict[str, Any]:
    claim, body = verdict.claim, verdict.body
    effect = relative = None
    if body:
        ends = zip(("value", "low", "high"), (body.value, body.low, body.high), strict=True)
        effect = {**dict(ends), "unit": body.unit}
        relative = dict(zip(("value", "low", "high"), body.relative, strict=True))
    told = {
        "id": claim.id,
        "way": claim.way,
        "claim": claim.claim,
        "verdict": verdict.word,
        "statement": verdict.statement,
        "effect": effect,
        "relative": relative,
        "comparator": claim.comparator,
        "n_per_arm": needed(verdict),
        "smallest": asdict(claim.smallest) if claim.smallest else None,
        "reaches": verdict.reaches,
        "studies": counts(verdict),
        "reasons": list(verdict.reasons),
        "wording": verdict.wording,
        "caution": claim.caution.text if claim.caution else None,
        "citations": [asdict(one) for one in claim.cited],
        "sources": [{"name": name, "citation": citation} for name, citation in verdict.sources],
    }
    return {name: plain(value) for name, value in told.items()}
