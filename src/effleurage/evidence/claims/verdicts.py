"""Verdicts: what published results and the simulated body together say of a claim. One rule, for every claim alike.

Results: trials in adults of massage by hand against something else, one vote a study (its first acute result, else its
first). Where at least three sizes, and those of half of the studies, can be pooled, the interval of the mean decides;
else directions are counted:

- *found*: at least FEWEST studies, and more than half of them, went the claimed way;
- *against*: at least two did go the other way, and more than half of all;
- *untried*: fewer than two studies; *not found*: everything else.

Verdict, by the first line that holds:

- *contradicted*: against;
- *supported*: found; the body goes the same way in nine draws of ten; and the size, published or simulated, reaches the
  smallest change that matters (where one is known);
- *supported for a narrower statement*: found and the body agrees, but the size does not reach it; or one of the claim's
  narrower statements is found;
- *untested*: untried; *not shown*: everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from effleurage.engine.threads import Progress
from effleurage.evidence.claims.claims import Claim, ClaimedOutcome, Smallest, citations, claims
from effleurage.evidence.claims.delivered import Delivered, delivered
from effleurage.evidence.published.effects import Effect, between
from effleurage.evidence.published.eligibility import Scope, first_of_each_study, left_in
from effleurage.evidence.published.ledger import Ledger, ledger
from effleurage.evidence.published.results import Result
from effleurage.shown import Shown
from effleurage.statistics.pooling import FEWEST, Pooled, pooled

Word = Literal["supported", "supported for a narrower statement", "not shown", "contradicted", "untested"]
Found = Literal["found", "not found", "against", "untried"]


@dataclass(frozen=True)
class Vote:
    """One study: ``result``, ``answer`` (+1 as claimed, 0 no difference, -1 the other way), and size, + as claimed."""

    result: Result
    answer: int
    size: Effect | None


@dataclass(frozen=True)
class Weighed:
    """Votes on a statement, what they come to, and their pool where there are enough sizes."""

    votes: tuple[Vote, ...]
    pool: Pooled | None
    found: Found

    def count(self, answer: int) -> int:
        """Studies with this answer."""
        return sum(vote.answer == answer for vote in self.votes)


@dataclass(frozen=True)
class Verdict(Shown):
    """What can be said of a claim. ``statement`` is the narrower one, or empty; ``reasons`` in the order of the rule.

    ``wording``: what the evidence supports on a leaflet; ``sources``: (name, citation) of all that it rests on.
    """

    claim: Claim
    word: Word
    statement: str
    reasons: tuple[str, ...]
    weighed: Weighed
    narrower: tuple[tuple[str, Weighed], ...]
    body: Delivered | None
    reaches: bool | None
    wording: str
    sources: tuple[tuple[str, str], ...]


def verdicts(asked: Sequence[Claim] | None = None, seed: int = 1, progress: Progress | None = None) -> list[Verdict]:
    """The verdict on every claim, in the order of the claims."""
    chosen, known, found = tuple(asked or claims()), {}, []
    for done, claim in enumerate(chosen):
        if claim.quantity not in known:
            known[claim.quantity] = delivered(claim, seed)
        found.append(judge(claim, ledger(), known[claim.quantity]))
        if progress:
            progress((done + 1) / len(chosen))
    return found


def judge(claim: Claim, book: Ledger, body: Delivered | None) -> Verdict:
    """The rule of the module's docstring."""
    weighed = weigh(book, claim.outcomes, population=claim.population)
    narrower = tuple(
        (one.statement, weigh(book, one.outcomes, one.occasion, one.comparators, one.population or claim.population))
        for one in claim.narrower
    )
    agrees = None if body is None else body.agrees(claim.direction)
    reaches = _reaches(claim, weighed.pool, body)
    reasons = [_counted(weighed)]
    word: Word
    statement = ""
    held = next((said for said, one in narrower if one.found == "found"), "")
    if weighed.found == "against":
        word = "contradicted"
    elif weighed.found == "found" and agrees and reaches is not False:
        word = "supported"
    elif weighed.found == "found" and agrees:
        word = "supported for a narrower statement"
        statement = f"{claim.claim.rstrip('.')}, but by less than the smallest change that matters."
    elif held:
        word, statement = "supported for a narrower statement", held
    else:
        word = "untested" if weighed.found == "untried" else "not shown"
    reasons += _of_the_body(claim, body, agrees, reaches)
    wording = {
        "supported": claim.wording.supported,
        "supported for a narrower statement": claim.wording.narrower,
        "not shown": claim.wording.not_shown,
        "contradicted": claim.wording.contradicted,
        "untested": claim.wording.untested,
    }[word]
    if statement and statement != held:
        wording = f"{claim.wording.supported} The difference is smaller than the smallest that matters."
    return Verdict(
        claim,
        word,
        statement,
        tuple(reasons),
        weighed,
        narrower,
        body,
        reaches,
        wording,
        _sources(claim, weighed, book),
    )


def weigh(
    book: Ledger,
    outcomes: Sequence[ClaimedOutcome],
    occasion: str = "",
    comparators: Sequence[str] = (),
    population: str = "",
) -> Weighed:
    """Votes of the studies that measured one of the outcomes, through the filters of a statement."""
    claimed = {one.id: one.claimed for one in outcomes}
    scope = Scope(tuple(claimed), occasion, tuple(comparators), population)
    chosen = first_of_each_study(left_in(book, "verdict", scope))
    votes = tuple(_vote(result, claimed[result.outcome], book) for result in chosen)
    sizes = [vote.size for vote in votes if vote.size]
    enough = len(sizes) >= FEWEST and 2 * len(sizes) >= len(votes)
    pool = pooled([one.g for one in sizes], [one.variance for one in sizes]) if enough else None
    return Weighed(votes, pool, _found(votes, pool))


def _vote(result: Result, claimed: str, book: Ledger) -> Vote:
    answer = 0 if result.direction == "none" else 1 if result.direction == claimed else -1
    size = between(result, book)
    if not isinstance(size, Effect):
        return Vote(result, answer, None)
    turn = 1 if claimed == "up" else -1
    return Vote(result, answer, Effect(turn * size.g, size.variance, size.origin, size.same_people, size.assumed))


def _found(votes: Sequence[Vote], pool: Pooled | None) -> Found:
    if pool:
        return "found" if pool.low > 0 else "against" if pool.high < 0 else "not found"
    count = {answer: sum(vote.answer == answer for vote in votes) for answer in (-1, 0, 1)}
    if len(votes) < 2:
        return "untried"
    if count[1] >= FEWEST and 2 * count[1] > len(votes):
        return "found"
    return "against" if count[-1] >= 2 and 2 * count[-1] > len(votes) else "not found"


def _reaches(claim: Claim, pool: Pooled | None, body: Delivered | None) -> bool | None:
    """Whether the size reaches the smallest change that matters; None where either is not known.

    A pooled size is in standard deviations and is turned into the claim's unit by the body's own scatter.
    """
    smallest = claim.smallest
    if smallest is None or body is None:
        return None
    sign = 1 if claim.direction == "up" else -1
    sizes = [sign * _in_unit(smallest, body, 1.0)]
    if pool and body.d:
        sizes.append(_in_unit(smallest, body, pool.mean / body.d))
    return max(sizes) >= least(smallest)


def _in_unit(smallest: Smallest, body: Delivered, times: float) -> float:
    return times * (body.relative[0] if smallest.unit in ("%", "fold") else body.value)


def least(smallest: Smallest) -> float:
    """The smallest change as a number to reach: a fold in percent, all else as it is."""
    return 100 * (smallest.value - 1) if smallest.unit == "fold" else smallest.value


def _counted(weighed: Weighed) -> str:
    votes = len(weighed.votes)
    if not votes:
        return "No study in adults compared massage with anything else."
    went = (
        f"{weighed.count(1)} found what is claimed, {weighed.count(0)} no difference, {weighed.count(-1)} the opposite"
    )
    many = f"Of {votes} studies in adults" if votes > 1 else "Of one study in adults"
    if weighed.pool:
        mean = f"{weighed.pool.mean:.2f} ({weighed.pool.low:.2f} to {weighed.pool.high:.2f})"
        return f"{many}, {went}; pooled, {mean} standard deviations in the claimed direction."
    return f"{many}, {went}; too few of them give a size to pool."


def _of_the_body(claim: Claim, body: Delivered | None, agrees: bool | None, reaches: bool | None) -> list[str]:
    if body is None:
        return ["The simulated body has no counterpart of what was measured."]
    told = [
        "The simulated body goes the claimed way." if agrees else "The simulated body does not clearly go that way."
    ]
    if claim.smallest and reaches is not None:
        told.append(
            "The size reaches the smallest change that matters."
            if reaches
            else "The size stays below the smallest change that matters."
        )
    return told


def _sources(claim: Claim, weighed: Weighed, book: Ledger) -> tuple[tuple[str, str], ...]:
    """What the claim names, and every study that voted."""
    named = dict(citations(claim))
    for vote in weighed.votes:
        study = book.study_of(vote.result)
        named.setdefault(study.id, study.cited)
    return tuple(named.items())
