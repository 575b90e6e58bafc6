"""The page of ``claims --html``: the verdicts at a glance, then a card a claim, from its verdict to its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from effleurage.body.ledger import GRADES
from effleurage.body.sources import NO_SOURCE
from effleurage.evidence.claims.claims import RELATIVE
from effleurage.evidence.claims.verdicts import Verdict, Vote, least
from effleurage.report.claims.claims_words import (
    MEANINGS,
    against,
    blocks,
    counts,
    effect_sentence,
    effect_words,
    people_words,
    pooled_words,
    slug,
    smallest_words,
    why,
)
from effleurage.report.evidence.evidence_words import size, spaced
from effleurage.report.pages import UNSAID, Made, page

ANSWERS = {1: "found it", 0: "no difference", -1: "found the opposite"}
BAR = 500
"""Pixels of a bar beside its words."""
ENOUGH, NOTHING = "enough to matter →", "no difference"
WEAK = ("C", "D")
"""Grades of a weak link: its size, or all of it, is assumed."""


def source_words(verdict: Verdict, name: str) -> str:
    """The citation of a source that the verdict names."""
    return dict(verdict.sources).get(name) or NO_SOURCE.get(name) or name


def step_source(verdict: Verdict, names: Sequence[str]) -> str:
    """The citations of a step, in a row."""
    return "; ".join(source_words(verdict, name) for name in names)


def vote_words(vote: Vote) -> dict[str, str]:
    """One study that voted, for a line of a list."""
    result = vote.result
    return {
        "study": spaced(result.study),
        "answer": ANSWERS[vote.answer],
        "measured": result.outcome_words,
        "against": result.comparator_words,
        "people": str(result.n or "not told"),
        "size": size(vote.size.g, vote.size.low, vote.size.high) if vote.size else "",
        "name": result.study,
    }


def bar(verdict: Verdict) -> str:
    """The simulated effect of a claim as HTML; empty without a body."""
    from effleurage.report.figures import plot

    return plot(lambda width: bar_chart(verdict, width), BAR) if verdict.body else ""


def bar_chart(verdict: Verdict, width: int) -> Any:
    """The simulated effect and its interval, right as claimed; zero, and the field from the smallest change on.

    In percent of the usual level where the smallest change is relative. Only for a claim that has a body.
    """
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, LINE, MASSAGE

    body, smallest = verdict.body, verdict.claim.smallest
    if body is None:
        raise ValueError(f"the claim {verdict.claim.id} has no body to draw")
    sign = 1 if verdict.claim.direction == "up" else -1
    relative = smallest is not None and smallest.unit in RELATIVE
    value, *ends = (sign * x for x in (body.relative if relative else (body.value, body.low, body.high)))
    low, high = sorted(ends)
    enough = least(smallest) if smallest else None
    far = 1.3 * max(enough or 0.0, high, value, -low / 2) or 1.0
    x = alt.Scale(domain=[min(1.15 * low, -far / 3), far], nice=False, zero=False)

    def at(mark: Any, **columns: float | str) -> Any:
        second = {"x2": "to:Q"} if "to" in columns else {}
        text = {"text": "said:N"} if "said" in columns else {}
        table = alt.Chart(pd.DataFrame([columns]))
        return mark(table).encode(x=alt.X("at:Q", scale=x, axis=None), **second, **text)

    colour = COLOURS[DIFFERENCE]
    layers = [at(lambda c: c.mark_rule(color=LINE, strokeDash=[3, 3], y=18, y2=46), at=0.0)]
    if enough is not None:
        layers.append(at(lambda c: c.mark_rect(color=COLOURS[MASSAGE], opacity=0.18, y=18, y2=46), at=enough, to=far))
        layers.append(at(lambda c: c.mark_text(align="right", y=8), at=far, said=ENOUGH))
    layers.append(at(lambda c: c.mark_rule(color=colour, strokeWidth=9, opacity=0.4, y=32), at=low, to=high))
    layers.append(at(lambda c: c.mark_point(color=colour, filled=True, size=90, opacity=1, y=32), at=value))
    layers.append(at(lambda c: c.mark_text(y=57), at=0.0, said=NOTHING))
    return alt.layer(*layers).properties(width=width, height=64)


def as_html(verdicts: Sequence[Verdict], made: Made = UNSAID) -> str:
    """One page that needs nothing else: the verdicts at a glance, then a card a claim."""
    from altair.utils.schemapi import debug_mode

    told = blocks(verdicts)
    with debug_mode(False):
        cards = {one.claim.id: card(one) for one in verdicts}
    return page(
        "claims/claims.html",
        made,
        blocks=told,
        cards=cards,
        words=[
            (word, slug(word), meaning, sum(one.word == word for one in verdicts)) for word, meaning in MEANINGS.items()
        ],
        grades=GRADES,
        weak=WEAK,
        one=len(verdicts) == 1,
    )


def card(verdict: Verdict) -> dict[str, Any]:
    """All that the card of a claim shows."""
    claim, body = verdict.claim, verdict.body
    return {
        "id": claim.id,
        "claim": claim.claim,
        "word": verdict.word,
        "slug": slug(verdict.word),
        "statement": verdict.statement,
        "why": why(verdict),
        "wording": verdict.wording,
        "comparator": claim.comparator,
        "caution": claim.caution.text if claim.caution else "",
        "massage": body.massage if body else "",
        "effect": effect_sentence(body) if body else "",
        "bar": bar(verdict),
        "alt": f"{effect_words(body)}; smallest change that matters: {smallest_words(claim.smallest)}",
        "smallest": smallest_words(claim.smallest),
        "smallest_note": claim.smallest_note,
        "smallest_source": source_words(verdict, claim.smallest.source) if claim.smallest else "",
        "people": people_words(verdict),
        "countable": body is not None and not against(verdict),
        "agrees": body is not None and body.agrees(claim.direction),
        "counts": counts(verdict),
        "pooled": pooled_words(verdict),
        "steps": [{**asdict(step), "cited": step_source(verdict, step.source)} for step in claim.steps],
        "bound": claim.bound.text,
        "votes": [
            {**(told := vote_words(vote)), "cited": source_words(verdict, told["name"])} for vote in _sorted(verdict)
        ],
        "cited": [{**asdict(one), "citation": source_words(verdict, one.study)} for one in claim.cited],
        "harms": [{**asdict(one), "citation": source_words(verdict, one.study)} for one in claim.harms],
        "sources": verdict.sources,
        "reasons": verdict.reasons,
    }


def _sorted(verdict: Verdict) -> list[Vote]:
    return sorted(verdict.weighed.votes, key=lambda vote: (-vote.answer, spaced(vote.result.study)))
