"""``evidence``: what massage studies found about an outcome, as a table, a page or JSON."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Column

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Html
from effleurage.evidence.published.appraisal import Evidence, Group, Line
from effleurage.evidence.published.appraisal import evidence as appraise
from effleurage.evidence.published.effects import Effect
from effleurage.report.contents import publish
from effleurage.report.evidence.evidence_page import as_html
from effleurage.report.evidence.evidence_words import (
    NO_SIZE,
    RESULTS,
    about,
    before_after,
    chance,
    headline,
    meanings,
    origin,
    pooled_words,
    published,
    size,
    source,
    spaced,
)
from effleurage.report.pages import Made
from effleurage.runs.single import check_file


def evidence(
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="An outcome, quantity, pathway or word, e.g. cortisol or sleep.")
    ],
    correlation: Annotated[float, typer.Option(help="Assumed between two measurements of the same people.")] = 0.5,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """What massage studies found about an outcome, study by study.

    Each study and its size, and all together where there are enough; a page has forest plots. Only trials that compare
    massage with something else are set side by side; reviews and changes within one arm apart.
    """
    if html:
        check_file(html)
    found = appraise(outcome, correlation)
    if html:
        publish(html, as_html(found, Made.today(sys.argv)))
    if as_json:
        terminal.as_json(found.as_data())
    else:
        _show(found)
    if html:
        terminal.message(f"wrote {html}: open it in a browser")


def _show(evidence: Evidence) -> None:
    """A table a quantity with what comes of it, then what stands apart and what was left out."""
    say = terminal.line
    say(headline(evidence))
    say(NO_SIZE)
    for group in evidence.groups:
        _group_table(group)
    if evidence.reviews:
        say("\nReviews, never pooled with the trials that they pool:")
        for one in evidence.reviews:
            say(f"- {spaced(one.study)}, {one.outcome}: {published(one)}")
    if evidence.within:
        say(f"\nBefore and after in the massage arm alone, compared with nothing: {before_after(evidence.within)}")
    say("\nLeft out of the tables:")
    for why, rows in evidence.left_out.items():
        say(f"- {why}: {len(rows)} result{'s' if len(rows) > 1 else ''}")
    say("- adverse events: " + ("; ".join(evidence.harms) or "the ledger holds no word of them for these studies"))
    say("For research and teaching; no medical advice.")


def _group_table(group: Group) -> None:
    """The studies of one question, then what comes of them together."""
    measured = f" ({'; '.join(meanings(group))})" if len(meanings(group)) > 1 else ""
    columns = (
        Column("study", max_width=22),
        Column("design", max_width=12),
        Column("arm", max_width=22),
        Column("compared with", max_width=22),
        Column("n", justify="right"),
        Column("result", no_wrap=True),
        Column("g (95 %)", justify="right", no_wrap=True),
        Column("p", max_width=10),
        Column("source", max_width=33, overflow="fold"),
    )
    terminal.line()
    terminal.table(columns, map(_cells, group.lines), f"{about(group)}{measured}")
    terminal.line()
    told = [pooled_words(group), *([f"caution: {group.caution}"] if group.caution else [])]
    notes = {f"{line.study.id}: {origin(line)}" for line in group.sized if origin(line)}
    told += [f"sizes: {'; '.join(sorted(notes))}"] if notes else []
    if group.pool:
        told.append(f"GRADE: inconsistency {group.grade.inconsistency}; imprecision {group.grade.imprecision}; ")
        told[-1] += f"publication bias {group.grade.publication_bias}"
    for text in told:
        terminal.line(text)


def _cells(line: Line) -> tuple[str, ...]:
    result, study, effect = line.result, line.study, line.effect
    told = size(effect.g, effect.low, effect.high) if isinstance(effect, Effect) else "–"
    age = "" if study.age in ("adult", "") else f", {study.age}"
    return (
        spaced(study.id),
        f"{study.design or 'not told'}{age}",
        result.arm,
        result.comparator_words,
        str(line.people or "–"),
        RESULTS[result.direction],
        told,
        chance(result),
        source(line) or "no DOI; citation in --json",
    )
