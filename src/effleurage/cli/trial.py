"""``trial``: a massage trial conducted on virtual people, once as a data set or many times."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Seed
from effleurage.cli.plan import DESIGN, operating_table, read, with_fields
from effleurage.errors import Finding, RequestError
from effleurage.report.trial.export import export_trial
from effleurage.runs.single import check_folder
from effleurage.trial.conduct.codebook import unmoved
from effleurage.trial.conduct.conduct import conduct
from effleurage.trial.design.design import Design
from effleurage.trial.lives.bank import bank, simulated
from effleurage.trial.plan.replicates import check_compared, check_room, operating_all


def trial(
    design: Annotated[str, typer.Argument(metavar=DESIGN[0], help=DESIGN[1])],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where one data set goes.")] = None,
    n: Annotated[int | None, typer.Option(help="Persons in each arm; else as the design says.")] = None,
    replicates: Annotated[int, typer.Option(help="Conduct so many trials and tell how they fare.")] = 0,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Conduct a massage trial on virtual people.

    One data set as a real trial would have it, or thousands of trials.
    """
    if not out and not replicates:
        fix = "Say --out DIR for a data set, or --replicates 1000."
        raise RequestError(Finding("--out", "nothing is asked for", fix))
    chosen, _ = read(design)
    if replicates:
        check_compared(chosen)
    size = n if n is not None else chosen.n
    if size is None:
        raise RequestError(Finding("--n", "the design says no number of persons", "Say --n 40, or 'n: 40' in it."))
    chosen = with_fields(chosen, n=size)
    if replicates:
        check_room(size, replicates)
    if out:
        check_folder(out)
        _conduct(chosen, size, out, seed)
    if replicates:
        with terminal.progress("Simulated trials") as report:
            kept = bank(simulated(chosen), seed=seed, progress=report)
            found = operating_all(kept, size, replicates, seed)
        if as_json:
            terminal.as_json([vars(one) for one in found])
        else:
            operating_table(found)


def _conduct(design: Design, n: int, out: Path, seed: int) -> None:
    with terminal.progress("Conducting the trial") as report:
        export_trial(conduct(design, n, seed, report), out)
    for note in unmoved(design):
        terminal.message(f"effleurage: {note}")
    names = "data.csv, persons.csv, codebook.md, design.yaml, consort.md"
    terminal.message(f"wrote {out}: {names}, and analysis.py, which runs there")
