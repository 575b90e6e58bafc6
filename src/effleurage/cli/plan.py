"""``plan``: how large a massage trial must be, when to measure, and what it cannot find."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column
from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Html, Seed
from effleurage.cli.terminal import right
from effleurage.errors import Finding, RequestError
from effleurage.report.contents import publish
from effleurage.report.pages import Made
from effleurage.report.plan.plan_data import as_data
from effleurage.report.plan.plan_page import as_html
from effleurage.report.plan.plan_words import moved_words, sentences
from effleurage.report.plan.understood import TITLE, told_lines
from effleurage.report.trial.export import export_plan
from effleurage.runs.single import check_file, check_folder
from effleurage.trial.conduct.timetable import first_day, time_zone
from effleurage.trial.design.design import Design
from effleurage.trial.design.endpoints import amount
from effleurage.trial.plan.plan import Plan, first_answer
from effleurage.trial.plan.plan import plan as whole
from effleurage.trial.plan.redesign import redesigned
from effleurage.trial.plan.replicates import Operating
from effleurage.trial.sentence.given import design_of

DESIGN = ("DESIGN", "A sentence, or a file: '60 min weekly x 6 vs quiet rest in stressed adults, cortisol'.")


def plan(
    design: Annotated[str, typer.Argument(metavar=f"[{DESIGN[0]}]", help=DESIGN[1])] = "",
    study: Annotated[str, typer.Option(metavar="ID", help="Design a published trial of the ledger anew instead.")] = "",
    n: Annotated[int | None, typer.Option(help="Persons in each arm: what they can and cannot find.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only the first answer, in seconds.")] = False,
    replicates: Annotated[int, typer.Option(help="Simulated trials of each size.")] = 1000,
    html: Html = None,
    export: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write timetable, allocation, paper and analysis script.")
    ] = None,
    start: Annotated[str, typer.Option(metavar="DATE", help="Day 1 of the timetable, as 2027-03-01.")] = "",
    zone: Annotated[
        str, typer.Option(help="Time zone of the calendar, as Europe/Berlin; else its clock times stay as they are.")
    ] = "",
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """How large a massage trial must be, and when to measure.

    People an arm, best hours, what other controls would need, and what the number cannot find. The first answer comes
    from closed forms; then thousands of simulated trials check it.
    """
    if study:
        _redesigned(study, design, seed, as_json)
        return
    chosen, said = read(design)
    if n is not None:
        chosen = with_fields(chosen, n=n)
    begins = _day(start, zone)
    if html:
        check_file(html)
    if export:
        check_folder(export)
    if not as_json:
        _understood(chosen, said)
    found = first = first_answer(chosen, seed)
    if not quick:
        if not as_json:
            _answer(first, "First answer", notes=False)
        with terminal.progress("Simulated trials") as report:
            found = whole(chosen, seed, replicates, progress=report)
    if html:
        publish(html, as_html(found, said, Made.today(sys.argv, seed)))
    if export:
        export_plan(found, export, begins, zone, seed)
    if as_json:
        terminal.as_json(as_data(found, said))
    else:
        _answer(found, "Plan", moved_words(first, found))
        _details(found)
    for place in (html, export):
        if place:
            terminal.message(f"wrote {place}")


def read(design: str) -> tuple[Design, tuple[str, ...]]:
    """The design of a file or of a sentence, and what was assumed or left out, in words."""
    found = design_of(" ".join(design.split()) if "\n" in design else design)  # a text of lines is for Python
    return found.design, found.notes


def with_fields(design: Design, **changes: Any) -> Design:
    """The design with other fields, checked again."""
    return Design(**{**dict(design), **changes})


def _day(day: str, zone: str) -> date:
    """Day 1 of the calendar; refuses here, before anything is simulated, what the calendar would refuse."""
    try:
        time_zone(zone)
        return first_day(day or date.today())
    except RequestError as refused:
        raise RequestError([Finding(f"--{one.where}", one.what, one.fix) for one in refused.findings]) from None


def _understood(design: Design, assumed: tuple[str, ...]) -> None:
    """The design as understood, before anything is answered."""
    terminal.line(Text.assemble((TITLE, "bold"), f"  {design.title}"))
    columns = Column(style="dim", max_width=22), Column()
    terminal.table(columns, told_lines(design, assumed), headed=False)
    terminal.line()


def _answer(plan: Plan, title: str, moved: Sequence[str] = (), *, notes: bool = True) -> None:
    terminal.line(Text.assemble((title, "bold"), f"  {plan.design.title}"))
    for sentence in (*sentences(plan), *moved):
        terminal.line(sentence)
    for note in plan.notes if notes else ():
        colour = "red" if note.colour == "red" else "yellow"
        terminal.line(Text.assemble((note.about, colour), f": {note.text}"))
    terminal.line()


def _details(plan: Plan) -> None:
    if plan.controls:
        rows = []
        for one in plan.controls:
            expected = one.need.expected
            many = "beyond reach" if expected is None or expected.analysed is None else f"{expected.analysed:,}"
            told = "" if one.need.effect is None else amount(f"{one.need.effect:+.3g}", one.need.outcome.unit)
            rows.append((one.control, one.outcome, told.replace("-", "−"), many))
        columns = ("control", "outcome", *right("expected", "people an arm"))
        terminal.table(columns, rows, "Against other controls")
        terminal.line()
    if plan.checked:
        operating_table(plan.checked)


def operating_table(trials: Sequence[Operating]) -> None:
    """How simulated trials fare: how often they find what is there, and what is not."""
    columns = ("outcome", *right("n an arm", "power", "type I error", "bias", "coverage", "type S", "type M"))
    several = len({one.against for one in trials}) > 1
    rows = (
        (
            f"{one.outcome} against {one.against}" if several else one.outcome,
            str(one.n),
            f"{100 * one.power:.1f} % (±{100 * one.power_error:.1f})",
            f"{100 * one.type_one:.1f} % (±{100 * one.type_one_error:.1f})",
            f"{one.bias:+.3g} (±{one.bias_error:.2g})".replace("-", "−"),
            f"{100 * one.coverage:.1f} %",
            f"{100 * one.type_s:.0f} %" if one.type_s == one.type_s else "",
            f"{one.type_m:.1f}×" if one.type_m == one.type_m else "",
        )
        for one in trials
    )
    terminal.table(columns, rows, "Simulated trials")
    terminal.line(
        "Type S: of the significant results, those with the wrong sign; type M: by what factor they exaggerate. "
        "In brackets: Monte-Carlo error. Bias on the instrument's scale.",
        style="dim",
    )


def _redesigned(study: str, design: str, seed: int, as_json: bool) -> None:
    if design:
        raise RequestError(Finding("--study", "a design and a study in one call", "Say one of the two."))
    found = redesigned(study, seed)
    if as_json:
        terminal.as_json([asdict(one) for one in found])
        return
    columns = (
        *(Column(name, no_wrap=True) for name in ("quantity", "found")),
        *right("n", "expected d", "its power", "could find d", "needed an arm"),
    )
    rows = (
        (
            one.quantity,
            one.published,
            f"{one.n_massage} + {one.n_control}",
            f"{one.d:+.2f} (±{one.unsure:.2f})".replace("-", "−"),
            f"{100 * one.power:.0f} %",
            f"{one.detectable:.2f}",
            "beyond reach" if one.needed is None else f"{one.needed:,}",
        )
        for one in found
    )
    title = f"{study}, designed anew: against {', '.join(dict.fromkeys(one.comparator for one in found))}"
    terminal.table(columns, rows, title)
    terminal.line(
        "d in standard deviations of what the first measurement leaves; ±: what is not known of six gains of touch.",
        style="dim",
    )
