"""``validate`` and ``calibrate``: the body held against what was published, and its uncertain numbers moved to it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, get_args

import pandas as pd
import typer
from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Html, Seed
from effleurage.cli.terminal import right
from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.norms import distributions, raw
from effleurage.evidence.norms.targets import Ring, known_misses, read_targets, shipped_targets
from effleurage.evidence.norms.validate import as_json as validated
from effleurage.evidence.norms.validate import validate as hold
from effleurage.evidence.published.eligibility import shipped_questions
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.ring import learnt, provoked
from effleurage.evidence.ring.foretold import Foretold, foretell
from effleurage.evidence.ring.outside import read_results
from effleurage.evidence.ring.respond import respond
from effleurage.fit import physiology as fitting
from effleurage.fit import touch
from effleurage.report.contents import publish
from effleurage.report.numbers import human, interval
from effleurage.report.pages import Made
from effleurage.report.scoreboard import answers
from effleurage.report.scoreboard import scoreboard_page as scoreboard
from effleurage.runs.disk import write_file, write_folder
from effleurage.runs.single import check_file, check_folder

MASSAGE, TOUCH = "massage", "touch"
_MOST_ANSWERS = 12


def validate(
    ring: Annotated[str, typer.Option(help="Only 'norm', 'challenge' or 'massage'.")] = "",
    targets: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Your own targets (.toml) or massage results (.csv); repeatable."),
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
    html: Html = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as Markdown.")] = None,
    individuals: Annotated[
        Path | None, typer.Option("--data", metavar="FOLDER", help="Real people's records, instead of our quantiles.")
    ] = None,
) -> None:
    """Hold the body against published values; misses first.

    Every target is carried out and held against the rule. With --ring massage, every published result is foretold too.
    The format of a target file is in docs/targets.md, that of massage results in docs/massage-ring.md.
    """
    if ring and ring not in get_args(Ring):
        raise RequestError(Finding("--ring", f"no ring '{ring}'", nearest(ring, get_args(Ring))))
    for file in (html, markdown):
        if file:
            check_file(file)
    results = [file for file in targets or () if file.suffix.lower() == ".csv"]
    if results:
        _check_results(results, targets or (), html)
        _answered(_foretold(results, seed), as_json, markdown)
        return
    chosen = read_targets(targets) if targets else shipped_targets()
    chosen = tuple(target for target in chosen if not ring or target.ring == ring)
    if not chosen:
        raise RequestError(Finding("--ring", f"no target of the ring '{ring}'", "Choose another."))
    real = raw.individuals(individuals) if individuals else None
    spread = None
    with terminal.progress(f"{len(chosen)} targets") as report:
        table = hold(chosen, seed=seed, progress=report)
    if not targets and ring in ("", "norm"):
        shipped = distributions.shipped_distributions()
        with terminal.progress(f"{len(shipped)} distributions") as report:
            spread = distributions.hold(shipped, real, seed=seed, progress=report)
    known = known_misses()
    if html:
        publish(html, scoreboard.as_html(table, known, spread, Made.today(sys.argv, seed)))
    foretold = _foretold([], seed) if ring == MASSAGE and not targets else None
    after = provoked.hold(seed) if foretold else None
    if markdown and not foretold:
        write_file(markdown, scoreboard.as_markdown(table, known, spread))
    if as_json:
        told = {**validated(table), "distributions": terminal.records(spread) if spread is not None else []}
        rest = {"provoked": terminal.records(after)} if after is not None else {}
        terminal.as_json(told | ({"results": foretold.as_data()} if foretold else {}) | rest)
    else:
        _misses_table(scoreboard.misses_first(table))
        for total in scoreboard.totals(table, spread):
            terminal.line(total)
    if foretold:
        _answered(foretold, as_json, markdown, after, alone=False)


def _check_results(results: Sequence[Path], files: Sequence[Path], html: Path | None) -> None:
    if len(results) < len(files):
        what = "targets (.toml) and massage results (.csv) in one call"
        raise RequestError(Finding("--targets", what, "Give them in two calls."))
    if html:
        raise RequestError(Finding("--html", "massage results have no page of their own", "Use --markdown or --json."))


def _foretold(results: Sequence[Path], seed: int) -> Foretold:
    book, questions = read_results(results) if results else (None, None)
    with terminal.progress("massage results") as report:
        return foretell(questions, book, seed, progress=report)


def _answered(
    foretold: Foretold, as_json: bool, markdown: Path | None, after: pd.DataFrame | None = None, *, alone: bool = True
) -> None:
    """What came of the ring; ``after``: the targets of people who were provoked, which are told last."""
    if markdown:
        write_file(markdown, answers.as_markdown(foretold, after))
    if as_json and alone:
        terminal.as_json(foretold.as_data())
    elif not as_json:
        _answers_table(answers.worst_first(foretold))
        for line in answers.lines(foretold):
            terminal.line(line)
        terminal.line(answers.WHAT, style="dim")
        if after is not None:
            _provoked_table(after)


def _misses_table(scores: pd.DataFrame) -> None:
    """Every target that is missed."""
    missed = scores[scores["status"].isin(["red", "yellow"])]
    if not len(missed):
        return
    columns = ("target", "use", "status", *right("published", "simulated", "fold"), "unit")
    rows = (
        (
            row["id"],
            row["use"],
            Text(row["status"], style=row["status"]),
            *(human(row[name]) for name in ("published", "simulated", "fold_error")),
            row["unit"],
        )
        for row in missed.to_dict("records")
    )
    terminal.table(columns, rows, "Misses")
    terminal.line()


def _provoked_table(held: pd.DataFrame) -> None:
    """Every target of people who were provoked."""
    columns = ("result", "use", "status", "published", *right("down", "none", "up"))
    rows = (
        (
            row["id"],
            row["use"],
            Text(row["status"], style=row["status"]),
            row["published"],
            *(f"{100 * row[name]:.0f} %" for name in ("down", "none", "up")),
        )
        for row in held.to_dict("records")
    )
    terminal.line()
    terminal.table(columns, rows, "People who were provoked")


def _answers_table(answered: pd.DataFrame) -> None:
    """The massage results that were least foreseen."""
    columns = ("result", "quantity", "against", "published", *right("down", "none", "up"))
    rows = (
        (
            *(row[name] for name in ("id", "quantity", "comparator", "published")),
            *(f"{100 * row[name]:.0f} %" for name in ("down", "none", "up")),
        )
        for row in answered.head(_MOST_ANSWERS).to_dict("records")
    )
    terminal.table(columns, rows, "Least foreseen")
    terminal.line()


def calibrate(
    ring: Annotated[
        str,
        typer.Argument(metavar="norm|challenge|touch", help="Which targets; 'touch': the gains of massage, alone."),
    ],
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write the changed ledgers there; the package stays as it is."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move uncertain numbers to what was published.

    Each is printed before and after, with its interval. 'norm' and 'challenge' move physiology to their fit targets
    and never see a massage. 'touch' moves six gains to the published massage results, from all studies and once
    without each; it takes about ten minutes.
    """
    if out:
        check_folder(out)
    texts: dict[str, str] = {}
    if ring == TOUCH:
        found, texts = _touched(seed)
    else:
        fitting.blocks(ring)
        with terminal.progress(f"Calibrating to the ring '{ring}'") as report:
            found = fitting.calibrate(ring, seed, report)
    if out:
        write_folder(out, texts | fitting.changed_ledgers(found, touch.SOURCE if ring == TOUCH else "Targets"))
    if as_json:
        terminal.as_json([asdict(one) for one in found])
    else:
        _fitted_table(found)


def _fitted_table(fitted: Sequence[fitting.Fitted]) -> None:
    """Calibrated numbers, before and after."""
    rows = (
        (
            one.block,
            one.number,
            human(one.before),
            human(one.after),
            interval(one.low, one.high) if one.low < one.high else "",
            "" if one.informed else "the targets do not inform it: it keeps its prior",
        )
        for one in fitted
    )
    terminal.table(("block", "number", *right("before", "after", "95 % interval"), ""), rows)


def _touched(seed: int) -> tuple[list[fitting.Fitted], dict[str, str]]:
    """The gains of touch, and the table of what was learnt without each study, by the name of its file."""
    if not find_spec("numpyro"):
        what = "learning needs NumPyro, which is not installed"
        raise RequestError(Finding("touch", what, "pip install 'effleurage[fit]'"))
    with terminal.progress("massage results") as report:
        responses = respond(shipped_questions(), ledger(), seed, progress=report)
    with terminal.progress("learning, once without each study") as report:
        found, health = touch.learn(responses, seed, report)
    terminal.message(
        f"effleurage: R-hat at most {health.r_hat:.3f}, {health.divergences} divergent transitions at most"
    )
    numbers = touch.numbers(found[0], sorted({question.study for question in shipped_questions()}))
    return numbers, {learnt.FILE: learnt.as_csv(found)}
