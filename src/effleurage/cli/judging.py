"""``validate`` and ``calibrate``: the body held against what was published, and its uncertain numbers moved to it."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from effleurage.cli.laboratory import records
from effleurage.errors import Finding, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from effleurage.evidence.ring.foretold import Foretold
    from effleurage.fit.physiology import Fitted

Seed = Annotated[int, typer.Option(help="Names the luck; the same seed gives the same run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
MASSAGE, TOUCH = "massage", "touch"


def validate(
    ring: Annotated[str, typer.Option(help="Only 'norm', 'challenge' or 'massage'.")] = "",
    targets: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Your own targets (.toml) or massage results (.csv); repeatable."),
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the scoreboard as a page.")] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as Markdown.")] = None,
    individuals: Annotated[
        Path | None, typer.Option("--data", metavar="FOLDER", help="Real people's records, instead of our quantiles.")
    ] = None,
) -> None:
    """Carry out every target and hold it against the rule. With --ring massage, foretell every published result too.

    The format of a target file is in docs/targets.md, that of massage results in docs/massage-ring.md.
    """
    from typing import get_args

    from effleurage.cli import show
    from effleurage.errors import nearest
    from effleurage.evidence.norms import distributions, raw
    from effleurage.evidence.norms.targets import Ring, known_misses, read_targets, shipped_targets
    from effleurage.evidence.norms.validate import as_json as data
    from effleurage.evidence.norms.validate import validate as hold
    from effleurage.report.scoreboard import scoreboard_page as scoreboard
    from effleurage.runs.disk import write_file
    from effleurage.runs.single import check_file

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
    with show.progress(f"{len(chosen)} targets") as report:
        table = hold(chosen, seed=seed, progress=report)
    if not targets and ring in ("", "norm"):
        shipped = distributions.shipped_distributions()
        with show.progress(f"{len(shipped)} distributions") as report:
            spread = distributions.compare(shipped, real, seed=seed, progress=report)
    known = known_misses()
    if html:
        write_file(html, scoreboard.as_html(table, known, spread))
    foretold = _foretold([], seed) if ring == MASSAGE and not targets else None
    if markdown and not foretold:
        write_file(markdown, scoreboard.as_markdown(table, known, spread))
    if as_json:
        told = {**data(table), "distributions": records(spread) if spread is not None else []}
        told |= {"results": foretold.as_data()} if foretold else {}
        show.data(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        show.scores(scoreboard.misses_first(table), scoreboard.totals(table, spread))
    if foretold:
        _answered(foretold, as_json, markdown, alone=False)


def _check_results(results: Sequence[Path], files: Sequence[Path], html: Path | None) -> None:
    if len(results) < len(files):
        what = "targets (.toml) and massage results (.csv) in one call"
        raise RequestError(Finding("--targets", what, "Give them in two calls."))
    if html:
        raise RequestError(Finding("--html", "massage results have no page of their own", "Use --markdown or --json."))


def _foretold(results: Sequence[Path], seed: int) -> Foretold:
    from effleurage.cli import show
    from effleurage.evidence.ring.foretold import foretell
    from effleurage.evidence.ring.outside import read_results

    book, questions = read_results(results) if results else (None, None)
    with show.progress("massage results") as report:
        return foretell(questions, book, seed, progress=report)


def _answered(found: Foretold, as_json: bool, markdown: Path | None, *, alone: bool = True) -> None:
    from effleurage.cli import show
    from effleurage.report.scoreboard import answers
    from effleurage.runs.disk import write_file

    if markdown:
        write_file(markdown, answers.as_markdown(found))
    if as_json and alone:
        show.data(json.dumps(found.as_data(), indent=1, ensure_ascii=False))
    elif not as_json:
        show.answers(answers.worst_first(found), answers.lines(found), answers.WHAT)


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
    """Calibrate numbers to what was published and print each before and after, with its interval.

    'norm' and 'challenge' move physiology to their fit targets and never see a massage. 'touch' moves six gains to the
    published massage results, from all studies and once without each; it takes about ten minutes.
    """
    from dataclasses import asdict

    from effleurage.cli import show
    from effleurage.fit import physiology as fitting
    from effleurage.runs.disk import write_folder
    from effleurage.runs.single import check_folder

    if out:
        check_folder(out)
    texts: dict[str, str] = {}
    if ring == TOUCH:
        found, texts = _touched(seed)
    else:
        fitting.blocks(ring)
        with show.progress(f"Calibrating to the ring '{ring}'") as report:
            found = fitting.calibrate(ring, seed, report)
    if out:
        write_folder(out, texts | fitting.changed_ledgers(found, "MassageLedger" if ring == TOUCH else "Targets"))
    if as_json:
        show.data(json.dumps([asdict(one) for one in found], indent=1))
    else:
        show.fitted(found)


def _touched(seed: int) -> tuple[list[Fitted], dict[str, str]]:
    """The gains of touch, and the table of what was learnt without each study, by the name of its file."""
    from effleurage.cli import show
    from effleurage.evidence.published.eligibility import shipped_questions
    from effleurage.evidence.published.ledger import ledger
    from effleurage.evidence.ring import learnt
    from effleurage.evidence.ring.respond import respond

    if not find_spec("numpyro"):
        what = "learning needs NumPyro, which is not installed"
        raise RequestError(Finding("touch", what, "pip install 'effleurage[fit]'"))
    from effleurage.fit import touch

    with show.progress("massage results") as report:
        responses = respond(shipped_questions(), ledger(), seed, progress=report)
    with show.progress("learning, once without each study") as report:
        found, health = touch.learn(responses, seed, report)
    show.message(f"effleurage: R-hat at most {health.r_hat:.3f}, {health.divergences} divergent transitions at most")
    numbers = touch.numbers(found[0], sorted({question.study for question in shipped_questions()}))
    return numbers, {learnt.FILE: learnt.as_csv(found)}
