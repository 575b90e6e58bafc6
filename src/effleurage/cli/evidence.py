"""``evidence``: what massage studies found about an outcome, as a table, a page or JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from effleurage.evidence.published.appraisal import Evidence, Group, Line


def evidence(
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="An outcome, quantity, pathway or word, e.g. cortisol or sleep.")
    ],
    correlation: Annotated[float, typer.Option(help="Assumed between two measurements of the same people.")] = 0.5,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the page with forest plots.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what massage studies found about an outcome: each study, its size, and all together where there are enough.

    Only trials that compare massage with something else are set side by side; reviews and changes within one arm apart.
    """
    from effleurage.cli import show
    from effleurage.evidence.published.appraisal import evidence as appraise
    from effleurage.report.contents import publish
    from effleurage.report.evidence.evidence_page import as_html
    from effleurage.report.pages import Made
    from effleurage.runs.single import check_file

    if html:
        check_file(html)
    found = appraise(outcome, correlation)
    if html:
        publish(html, as_html(found, Made.today(sys.argv)))
    if as_json:
        show.data(json.dumps(found.as_data(), indent=1, ensure_ascii=False))
    else:
        _table(found)
    if html:
        show.message(f"wrote {html}: open it in a browser")


def _table(found: Evidence) -> None:
    """A table a quantity with what comes of it, then what stands apart and what was left out."""
    from rich.console import Console

    from effleurage.report.evidence.evidence_words import NO_SIZE, before_after, headline, published, spaced

    console = Console()
    console = console if console.is_terminal else Console(width=170)

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    say(headline(found))
    say(NO_SIZE)
    for group in found.groups:
        _group(group, console)
    if found.reviews:
        say("\nReviews, never pooled with the trials that they pool:")
        for row in found.reviews:
            say(f"- {spaced(row)}, {row['outcome']}: {published(row)}")
    if found.within:
        say(f"\nBefore and after in the massage arm alone, compared with nothing: {before_after(found.within)}")
    say("\nLeft out of the tables:")
    for why, rows in found.left_out.items():
        say(f"- {why}: {len(rows)} result{'s' if len(rows) > 1 else ''}")
    say("- adverse events: " + ("; ".join(found.harms) or "the ledger holds no word of them for these studies"))
    say("For research and teaching; no medical advice.")


def _group(group: Group, console: Any) -> None:
    from rich.table import Table
    from rich.text import Text

    from effleurage.report.evidence.evidence_words import about, meanings, origin, pooled_words

    title = about(group)
    measured = f" ({'; '.join(meanings(group))})" if len(meanings(group)) > 1 else ""
    view = Table(title=Text(f"{title}{measured}"), title_style="bold", title_justify="left", pad_edge=False, box=None)
    for name, width in (("study", 22), ("year", 4), ("design", 12), ("arm", 22), ("compared with", 22)):
        view.add_column(name, max_width=width)
    view.add_column("n", justify="right")
    view.add_column("result", no_wrap=True)
    view.add_column("g (95 %)", justify="right", no_wrap=True)
    view.add_column("p", max_width=10)
    view.add_column("source", max_width=33, overflow="fold")
    for line in group.lines:
        view.add_row(*(Text(cell) for cell in _cells(line)))
    console.print()
    console.print(view)
    console.print()
    told = [pooled_words(group), *([f"caution: {group.caution}"] if group.caution else [])]
    notes = {f"{line.row['study']}: {origin(line)}" for line in group.sized if origin(line)}
    told += [f"sizes: {'; '.join(sorted(notes))}"] if notes else []
    if group.pool:
        told.append(f"GRADE: inconsistency {group.grade.inconsistency}; imprecision {group.grade.imprecision}; ")
        told[-1] += f"publication bias {group.grade.publication_bias}"
    for text in told:
        console.print(text, highlight=False, markup=False)


def _cells(line: Line) -> tuple[str, ...]:
    from effleurage.evidence.published.effects import Effect
    from effleurage.report.evidence.evidence_words import RESULTS, chance, size, source, spaced

    row, effect = line.row, line.effect
    told = size(effect.g, effect.low, effect.high) if isinstance(effect, Effect) else "–"
    age = "" if line.study["age"] in ("adult", "") else f", {line.study['age']}"
    return (
        spaced(row),
        line.study["year"],
        f"{line.study['design'] or 'not told'}{age}",
        row["arm"],
        row["comparator_words"],
        str(line.people or "–"),
        RESULTS[row["direction"]],
        told,
        chance(row),
        source(line) or "no DOI; citation in --json",
    )
