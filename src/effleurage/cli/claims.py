"""``claims``: what can be said of massage, with the verdict first, as a table, a story, a page or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.table import Column
from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Html, Seed
from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.claims.claims import Claim
from effleurage.evidence.claims.claims import claims as every_claim
from effleurage.evidence.claims.verdicts import Verdict, Word, verdicts
from effleurage.report.claims.claims_page import WEAK, as_html, step_source, vote_words
from effleurage.report.claims.claims_words import (
    as_data,
    cautions,
    counts,
    effect_sentence,
    effect_words,
    people_words,
    pooled_words,
    smallest_words,
    why,
)
from effleurage.report.contents import publish
from effleurage.report.pages import NOT_ADVICE, Made
from effleurage.runs.single import check_file

COLOURS: dict[Word, str] = {
    "supported": "bold green",
    "supported for a narrower statement": "cyan",
    "not shown": "yellow",
    "contradicted": "bold red",
    "untested": "bright_black",
}
LAST = "For research and teaching; no medical advice."
_FOOT = (
    "simulated: an hour of massage of the back against quiet rest, for antibodies (titre) four of them; in brackets, "
    "95 % of what the unsure numbers of the body allow.",
    "–: the simulated body has no counterpart. effleurage claims ID tells the whole story of one claim; --html FILE "
    "writes the page.",
    LAST,
)


def claims(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="One claim, e.g. cortisol; without it, all.")] = "",
    html: Html = None,
    as_json: AsJson = False,
    seed: Seed = 1,
) -> None:
    """What can be said of massage, and why.

    Each claim, the verdict on it, what one massage can do, what studies found.
    With an ID, the whole story of one claim. All claims take about a minute: the body is simulated for each.
    """
    chosen = _chosen(name)
    if html:
        check_file(html)
    with terminal.progress("What can be said") as report:
        found = verdicts(chosen, seed, report)
    if html:
        publish(html, as_html(found, Made.today(sys.argv, seed)))
    if as_json:
        terminal.as_json(as_data(found))
    elif name:
        story(found[0])
    else:
        table(found)
    if html:
        terminal.message(f"wrote {html}: open it in a browser")


def _chosen(name: str) -> Sequence[Claim] | None:
    if not name:
        return None
    by_id = {claim.id: claim for claim in every_claim()}
    if name not in by_id:
        raise RequestError(Finding("ID", f"no claim '{name}'", nearest(name, by_id)))
    return [by_id[name]]


def verdict_label(verdict: Verdict) -> Text:
    """The word of a verdict, in its colour."""
    return Text.assemble((verdict.word, COLOURS[verdict.word]))


def table(verdicts: Sequence[Verdict]) -> None:
    """All claims, a row each; cautions above."""
    for text in cautions(verdicts):
        terminal.line(f"People with cancer: {text}\n", style="bold")
    columns = (
        Column("claim", max_width=44),
        Column("verdict", max_width=36),
        Column("one usual massage adds, simulated", max_width=24),
        Column("people per arm to see it", max_width=14),
        Column("smallest change that matters", max_width=14),
        Column("studies: found it / no difference / opposite", justify="right", max_width=17),
    )
    terminal.table(columns, map(_row, verdicts), "What can be said of massage, against a fair comparator")
    for text in _FOOT:
        terminal.line(text)


def _row(verdict: Verdict) -> Sequence[str | Text]:
    label = verdict_label(verdict)
    if verdict.statement:
        label.append(f"\n{verdict.statement}", style="default")
    seen = counts(verdict)
    return (
        Text.assemble((verdict.claim.id, "bold"), f"\n{verdict.claim.claim}\n"),
        label,
        effect_words(verdict.body),
        people_words(verdict),
        smallest_words(verdict.claim.smallest),
        f"{seen['for']} / {seen['none']} / {seen['against']}",
    )


def story(verdict: Verdict) -> None:
    """One claim from its verdict to its sources; a caution stands first."""
    for head, text in _answer(verdict):
        _say(head, text)
    for head, lines in _grounds(verdict):
        if lines:
            _say(f"\n{head}")
            for text in lines:
                terminal.line(Text.assemble("- ", text))
    _say(f"\n{LAST}")


def _say(head: str, text: str | Text = "") -> None:
    terminal.line(Text.assemble((head, "bold"), f"{' ' if head else ''}", text))


def _answer(verdict: Verdict) -> Iterator[tuple[str, str | Text]]:
    """What is said of a claim, and how much it is: a head and its text."""
    claim, body = verdict.claim, verdict.body
    if claim.caution:
        yield "Before anything else:", f"{claim.caution.text}\n"
    yield "", f"“{claim.claim}”"
    yield "verdict:", verdict_label(verdict)
    if verdict.statement:
        yield "what holds:", verdict.statement
    yield "why:", why(verdict)
    yield "for a leaflet:", f"“{verdict.wording}” ({NOT_ADVICE})"
    yield "compared with:", claim.comparator
    if body:
        yield "\nin the simulated body:", f"{body.massage}: {effect_sentence(body)}"
        yield "in numbers:", effect_words(body)
        yield "people in each arm to see it:", people_words(verdict)
    yield "smallest change that matters:", f"{smallest_words(claim.smallest)}. {claim.smallest_note}".rstrip()
    yield "how far it can go:", claim.bound.text


def _grounds(verdict: Verdict) -> Iterator[tuple[str, Sequence[str | Text]]]:
    """What a verdict rests on: a head and its lines."""
    claim = verdict.claim
    steps = []
    for step in claim.steps:
        weak = ("  weak link", "bold red") if step.grade in WEAK else ""
        rest = f"\n  {step.note} ({step_source(verdict, step.source)})"
        steps.append(Text.assemble(f"[{step.grade}] {step.arrow}", weak, rest))
    yield "how it would work, step by step (grades A to D, A is known best)", steps
    yield "reasons, in the order of the rule", verdict.reasons
    votes = [vote_words(vote) for vote in verdict.weighed.votes]
    yield (
        f"studies ({pooled_words(verdict)})",
        [f"{one['study']}: {one['answer']}; {one['measured']}, against {one['against']}" for one in votes],
    )
    yield (
        "citation check",
        [f"{'fits' if one.agrees else 'does not fit'}: {one.said} Measured: {one.measured}" for one in claim.cited],
    )
    yield "unwanted results", [f"{one.text} ({one.study})" for one in claim.harms]
    yield "sources", [f"{name}: {citation}" for name, citation in verdict.sources]
