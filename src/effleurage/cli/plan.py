"""``plan`` and ``trial``: how large a massage trial must be, and one conducted on virtual people."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from effleurage.errors import Finding, RequestError

if TYPE_CHECKING:
    from effleurage.trial.design.design import Design
    from effleurage.trial.plan.plan import Plan
    from effleurage.trial.plan.redesign import Redesigned
    from effleurage.trial.plan.replicates import Operating

Seed = Annotated[int, typer.Option(help="Names the luck; the same seed gives the same run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DESIGN = ("DESIGN", "A sentence, or a file: '60 min weekly x 6 vs quiet rest in stressed adults, cortisol'.")


def plan(
    design: Annotated[str, typer.Argument(metavar=f"[{DESIGN[0]}]", help=DESIGN[1])] = "",
    study: Annotated[str, typer.Option(metavar="ID", help="Design a published trial of the ledger anew instead.")] = "",
    n: Annotated[int | None, typer.Option(help="Persons in each arm: what they can and cannot find.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only the first answer, in seconds.")] = False,
    replicates: Annotated[int, typer.Option(help="Simulated trials of each size.")] = 1000,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the plan as a page.")] = None,
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
    """Plan a massage trial: people an arm, best hours, what other controls would need, and what the number cannot find.

    The first answer comes from closed forms; then thousands of simulated trials check it.
    """
    from effleurage.cli import show
    from effleurage.report.plan.plan_words import as_data
    from effleurage.runs.disk import write_file
    from effleurage.runs.single import check_file, check_folder
    from effleurage.trial.plan.plan import first_answer
    from effleurage.trial.plan.plan import plan as whole

    if study:
        _redesigned(study, design, seed, as_json)
        return
    chosen, said = read(design)
    if n is not None:
        chosen = _with(chosen, n=n)
    begins = _day(start, zone)
    if html:
        check_file(html)
    if export:
        check_folder(export)
    if not as_json:
        _understood(chosen, said)
    found = first_answer(chosen, seed)
    if not quick:
        if not as_json:
            _answer(found, "First answer")
        with show.progress("Simulated trials") as report:
            found = whole(chosen, seed, replicates, progress=report)
    if html:
        from effleurage.report.plan.plan_page import as_html, drifts

        write_file(html, as_html(found, drifts(found, seed), said))
    if export:
        _export(export, found, begins, zone, seed)
    if as_json:
        show.data(json.dumps(as_data(found, said), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _answer(found, "Plan")
        _details(found)
    for place in (html, export):
        if place:
            show.message(f"wrote {place}")


def trial(
    design: Annotated[str, typer.Argument(metavar=DESIGN[0], help=DESIGN[1])],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where one data set goes.")] = None,
    n: Annotated[int | None, typer.Option(help="Persons in each arm; else as the design says.")] = None,
    replicates: Annotated[int, typer.Option(help="Conduct so many trials and tell how they fare.")] = 0,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Conduct a massage trial on virtual people: one data set as a real trial would have it, or thousands of trials."""
    from effleurage.cli import show
    from effleurage.runs.single import check_folder

    if not out and not replicates:
        fix = "Say --out DIR for a data set, or --replicates 1000."
        raise RequestError(Finding("--out", "nothing is asked for", fix))
    chosen, _ = read(design)
    if replicates:
        from effleurage.trial.plan.replicates import check_compared

        check_compared(chosen)
    size = n if n is not None else chosen.n
    if size is None:
        raise RequestError(Finding("--n", "the design says no number of persons", "Say --n 40, or 'n: 40' in it."))
    chosen = _with(chosen, n=size)
    if out:
        check_folder(out)
        _conduct(chosen, size, out, seed)
    if replicates:
        from effleurage.trial.lives.bank import bank, simulated
        from effleurage.trial.plan.replicates import operating_all

        with show.progress("Simulated trials") as report:
            kept = bank(simulated(chosen), seed=seed, progress=report)
            found = operating_all(kept, size, replicates, seed)
        if as_json:
            show.data(json.dumps([vars(one) for one in found], indent=1, ensure_ascii=False, default=float))
        else:
            _operating(found)


def read(said: str) -> tuple[Design, tuple[str, ...]]:
    """The design of a file or of a sentence, and what was assumed or left out, in words."""
    from effleurage.trial.sentence.given import design_of

    if "\n" in said:  # a text is for Python; here a line break is one of a sentence
        said = " ".join(said.split())
    found = design_of(said)
    return found.design, found.notes


def _with(design: Design, **changes: Any) -> Design:
    """The design with other fields, checked again."""
    from effleurage.trial.design.design import Design

    return Design(**{**dict(design), **changes})


def _day(said: str, zone: str) -> date:
    """Day 1 of the calendar; refuses here, before anything is simulated, what the calendar would refuse."""
    from effleurage.trial.conduct.timetable import first_day, time_zone

    try:
        time_zone(zone)
        return first_day(said or date.today())
    except RequestError as refused:
        raise RequestError([Finding(f"--{one.where}", one.what, one.fix) for one in refused.findings]) from None


def _understood(design: Design, said: tuple[str, ...]) -> None:
    """The design as understood, before anything is answered."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from effleurage.report.plan.understood import TITLE, told_lines

    view = Table.grid(padding=(0, 2))
    view.add_column(style="dim", max_width=22)
    view.add_column()
    for about, text in told_lines(design, said):
        view.add_row(Text(about), Text(text))
    console = Console()
    console.print(Text.assemble((TITLE, "bold"), f"  {design.title}"))
    console.print(Padding(view, (0, 0, 1, 0)), highlight=False)


def _answer(found: Plan, title: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from effleurage.report.plan.plan_words import sentences

    console = Console()
    console.print(Text.assemble((title, "bold"), f"  {found.design.title}"))
    for line in sentences(found):
        console.print(line, highlight=False, markup=False)
    for note in found.notes:
        colour = "red" if note.colour == "red" else "yellow"
        console.print(f"[{colour}]{note.about}[/{colour}]: {note.text}", highlight=False)
    console.print()


def _details(found: Plan) -> None:
    from rich.console import Console
    from rich.table import Table

    from effleurage.trial.design.endpoints import amount

    console = Console()
    if found.controls:
        view = Table(title="Against other controls", title_style="bold", title_justify="left", box=None, pad_edge=False)
        for name in ("control", "outcome", "expected", "people an arm"):
            view.add_column(name, justify="left" if name in ("control", "outcome") else "right")
        for one in found.controls:
            expected = one.need.expected
            many = "beyond reach" if expected is None or expected.analysed is None else f"{expected.analysed:,}"
            told = "" if one.need.effect is None else amount(f"{one.need.effect:+.3g}", one.need.outcome.unit)
            effect = told.replace("-", "−")
            view.add_row(one.control, one.outcome, effect, many)
        console.print(view)
        console.print()
    if found.checked:
        _operating(found.checked)


def _operating(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    view = Table(title="Simulated trials", title_style="bold", title_justify="left", box=None, pad_edge=False)
    for name in ("outcome", "n an arm", "power", "type I error", "bias", "coverage", "type S", "type M"):
        view.add_column(name, justify="left" if name == "outcome" else "right")
    rows: list[Operating] = list(found)
    several = len({one.against for one in rows}) > 1
    for one in rows:
        view.add_row(
            f"{one.outcome} against {one.against}" if several else one.outcome,
            str(one.n),
            f"{100 * one.power:.1f} % (±{100 * one.power_error:.1f})",
            f"{100 * one.type_one:.1f} % (±{100 * one.type_one_error:.1f})",
            f"{one.bias:+.3g} (±{one.bias_error:.2g})".replace("-", "−"),
            f"{100 * one.coverage:.1f} %",
            f"{100 * one.type_s:.0f} %" if one.type_s == one.type_s else "",
            f"{one.type_m:.1f}×" if one.type_m == one.type_m else "",
        )
    console = Console()
    console.print(view)
    console.print(
        "Type S: of the significant results, those with the wrong sign; type M: by what factor they exaggerate. "
        "In brackets: Monte-Carlo error. Bias on the instrument's scale.",
        style="dim",
        highlight=False,
    )


def _redesigned(study: str, design: str, seed: int, as_json: bool) -> None:
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from effleurage.cli import show
    from effleurage.trial.plan.redesign import redesigned

    if design:
        raise RequestError(Finding("--study", "a design and a study in one call", "Say one of the two."))
    found: list[Redesigned] = redesigned(study, seed)
    if as_json:
        show.data(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        return
    title = f"{study}, designed anew: against {', '.join(dict.fromkeys(one.comparator for one in found))}"
    view = Table(title=title, title_style="bold", title_justify="left", box=None, pad_edge=False)
    for name in ("quantity", "found"):
        view.add_column(name, no_wrap=True)
    for name in ("n", "expected d", "its power", "could find d", "needed an arm"):
        view.add_column(name, justify="right")
    for one in found:
        many = "beyond reach" if one.needed is None else f"{one.needed:,}"
        expected = f"{one.d:+.2f} (±{one.unsure:.2f})".replace("-", "−")
        size = f"{one.n_massage} + {one.n_control}"
        power, least = f"{100 * one.power:.0f} %", f"{one.detectable:.2f}"
        view.add_row(one.quantity, one.published, size, expected, power, least, many)
    console = Console()
    console.print(view)
    console.print(
        "d in standard deviations of what the first measurement leaves; ±: what is not known of six gains of touch.",
        style="dim",
        highlight=False,
    )


def _conduct(design: Design, n: int, out: Path, seed: int) -> None:
    from effleurage.cli import show
    from effleurage.report.trial.folder import trial_files
    from effleurage.runs.disk import write_folder
    from effleurage.trial.conduct.codebook import unmoved
    from effleurage.trial.conduct.conduct import conduct

    with show.progress("Conducting the trial") as report:
        found = conduct(design, n, seed, report)
    write_folder(out, trial_files(found))
    for note in unmoved(design):
        show.message(f"effleurage: {note}")
    names = "data.csv, persons.csv, codebook.md, design.yaml, consort.md"
    show.message(f"wrote {out}: {names}, and analysis.py, which runs there")


def _export(out: Path, found: Plan, start: date, zone: str, seed: int) -> None:
    from effleurage.report.trial.folder import plan_files
    from effleurage.runs.disk import write_folder

    write_folder(out, plan_files(found, start, zone, seed))
