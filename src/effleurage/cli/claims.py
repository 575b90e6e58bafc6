"""``claims`` and ``four-ways``: what can be said of massage, with the verdict first, as tables, pages or JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from effleurage.errors import Finding, RequestError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from effleurage.evidence.claims.claims import Claim
    from effleurage.evidence.claims.verdicts import Verdict, Word

Seed = Annotated[int, typer.Option(help="Names the luck; the same seed gives the same run.")]
COLOURS: dict[Word, str] = {
    "supported": "bold green",
    "supported for a narrower statement": "cyan",
    "not shown": "yellow",
    "contradicted": "bold red",
    "untested": "bright_black",
}
LAST = "For research and teaching; no medical advice."


def claims(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="One claim, e.g. cortisol; without it, all.")] = "",
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    seed: Seed = 1,
) -> None:
    """Show what can be said of massage: each claim, the verdict on it, what one massage can do, what studies found.

    With an ID, the whole story of one claim. All claims take about a minute: the body is simulated for each.
    """
    from effleurage.cli import show
    from effleurage.evidence.claims.verdicts import verdicts
    from effleurage.report.claims.claims_words import as_data
    from effleurage.report.contents import publish
    from effleurage.report.pages import Made
    from effleurage.runs.single import check_file

    chosen = _chosen(name)
    if html:
        check_file(html)
    with show.progress("What can be said") as report:
        found = verdicts(chosen, seed, report)
    if html:
        from effleurage.report.claims.claims_page import as_html

        publish(html, as_html(found, Made.today(sys.argv, seed)))
    if as_json:
        show.data(json.dumps(as_data(found), indent=1, ensure_ascii=False, allow_nan=False))
    elif name:
        story(found[0])
    else:
        table(found)
    if html:
        show.message(f"wrote {html}: open it in a browser")


def four_ways(
    people: Annotated[int, typer.Option(help="How many people.")] = 200,
    seed: Seed = 1,
    html: Annotated[Path, typer.Option(metavar="FILE", help="Where the page goes.")] = Path("four-ways.html"),
) -> None:
    """Weekly massage for eight weeks against quiet rest: what can be said, then the numbers; and the page of both."""
    show_four_ways(people, seed, html)


def show_four_ways(people: int, seed: int, page: Path) -> None:
    """Carry out the four ways, write the page and print its tables, verdicts first."""
    from effleurage.cli import show
    from effleurage.report.four_ways.carry_out import four_ways as carry_out

    with show.progress("Eight weeks, with and without massage") as report:
        found = carry_out(people, seed, page, report)
    said(found.verdicts)
    show.effects(found.effects, f"{found.title}\n{found.people}")
    show.studies(found.studies)
    show.message(f"wrote {page}: open it in a browser")


def _chosen(name: str) -> Sequence[Claim] | None:
    from effleurage.evidence.claims.claims import claims as known

    if not name:
        return None
    by_id = {claim.id: claim for claim in known()}
    if name not in by_id:
        raise RequestError(Finding("ID", f"no claim '{name}'", nearest(name, by_id)))
    return [by_id[name]]


def said(found: Sequence[Verdict]) -> None:
    """A line a claim: the verdict, then the claim; no numbers."""
    from rich.table import Table
    from rich.text import Text

    from effleurage.report.claims.claims_words import blocks

    console = _console()
    for block in blocks(found):
        if block.caution:
            console.print(Text(f"{block.title}: {block.caution}", style="bold"))
        view = Table(title=Text(block.title), title_style="bold", title_justify="left", show_header=False, box=None)
        view.add_column(width=34)
        view.add_column()
        for one in block.verdicts:
            view.add_row(_label(one), Text(one.claim.claim))
        console.print(view)
    console.print()


def table(found: Sequence[Verdict]) -> None:
    """All claims, a row each; cautions above."""
    from rich.table import Table
    from rich.text import Text

    from effleurage.report.claims.claims_words import cautions, counts, effect_words, people_words, smallest_words

    console = _console()
    for text in cautions(found):
        console.print(Text(f"People with cancer: {text}\n", style="bold"))
    title = "What can be said of massage, against a fair comparator"
    view = Table(title=title, title_style="bold", title_justify="left", pad_edge=False, box=None)
    view.add_column("claim", max_width=44)
    view.add_column("verdict", max_width=36)
    view.add_column("one usual massage adds, simulated", max_width=24)
    view.add_column("people per arm to see it", max_width=14)
    view.add_column("smallest change that matters", max_width=14)
    view.add_column("studies: found it / no difference / opposite", justify="right", max_width=17)
    for one in found:
        verdict = _label(one)
        if one.statement:
            verdict.append(f"\n{one.statement}", style="default")
        seen = counts(one)
        view.add_row(
            Text.assemble((one.claim.id, "bold"), f"\n{one.claim.claim}\n"),
            verdict,
            effect_words(one.body),
            people_words(one),
            smallest_words(one.claim.smallest),
            f"{seen['for']} / {seen['none']} / {seen['against']}",
        )
    console.print(view)
    for line in _FOOT:
        console.print(Text(line))


_FOOT = (
    "simulated: an hour of massage of the back against quiet rest, for antibodies (titre) four of them; in brackets, "
    "95 % of what the unsure numbers of the body allow.",
    "–: the simulated body has no counterpart. effleurage claims ID tells the whole story of one claim; --html FILE "
    "writes the page.",
    LAST,
)


def story(verdict: Verdict) -> None:
    """One claim from its verdict to its sources; a caution stands first."""
    from rich.text import Text

    from effleurage.report.claims.claims_page import WEAK, step_source, vote_words
    from effleurage.report.claims.claims_words import (
        effect_sentence,
        effect_words,
        people_words,
        pooled_words,
        smallest_words,
        why,
    )
    from effleurage.report.pages import NOT_ADVICE

    claim, body, console = verdict.claim, verdict.body, _console()

    def say(head: str, text: str | Text = "") -> None:
        console.print(Text.assemble((head, "bold"), f"{' ' if head else ''}", text))

    def part(head: str, lines: Sequence[str | Text]) -> None:
        if lines:
            say(f"\n{head}")
            for line in lines:
                console.print(Text.assemble("- ", line))

    if claim.caution:
        say("Before anything else:", f"{claim.caution.text}\n")
    console.print(Text(f"“{claim.claim}”"))
    say("verdict:", _label(verdict))
    if verdict.statement:
        say("what holds:", verdict.statement)
    say("why:", why(verdict))
    say("for a leaflet:", f"“{verdict.wording}” ({NOT_ADVICE})")
    say("compared with:", claim.comparator)
    if body:
        say("\nin the simulated body:", f"{body.massage}: {effect_sentence(body)}")
        say("in numbers:", effect_words(body))
        say("people in each arm to see it:", people_words(verdict))
    say("smallest change that matters:", f"{smallest_words(claim.smallest)}. {claim.smallest_note}".rstrip())
    say("how far it can go:", claim.bound.text)
    steps = []
    for step in claim.steps:
        weak = ("  weak link", "bold red") if step.grade in WEAK else ""
        rest = f"\n  {step.note} ({step_source(verdict, step.source)})"
        steps.append(Text.assemble(f"[{step.grade}] {step.arrow}", weak, rest))
    part("how it would work, step by step (grades A to D, A is known best)", steps)
    part("reasons, in the order of the rule", verdict.reasons)
    votes = [vote_words(vote) for vote in verdict.weighed.votes]
    part(
        f"studies ({pooled_words(verdict)})",
        [f"{one['study']}: {one['answer']}; {one['measured']}, against {one['against']}" for one in votes],
    )
    part(
        "citation check",
        [f"{'fits' if one.agrees else 'does not fit'}: {one.said} Measured: {one.measured}" for one in claim.cited],
    )
    part("unwanted results", [f"{one.text} ({one.study})" for one in claim.harms])
    part("sources", [f"{name}: {citation}" for name, citation in verdict.sources])
    say(f"\n{LAST}")


def _label(verdict: Verdict) -> Any:
    from rich.text import Text

    return Text.assemble((verdict.word, COLOURS[verdict.word]))


def _console() -> Any:
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=170, highlight=False)
