"""The words a user can say. Each command parses, calls the library and hands the result to a view."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from effleurage.cli import cohort
from effleurage.cli.claims import claims, four_ways, show_four_ways
from effleurage.cli.evidence import evidence
from effleurage.cli.judging import calibrate, validate
from effleurage.cli.laboratory import compare, measure, records
from effleurage.cli.plan import plan, trial
from effleurage.errors import Finding, RequestError

if TYPE_CHECKING:
    from effleurage.people.cohort import Setting

app = typer.Typer(
    help="A virtual laboratory for massage: the same person with and without it. For research; no medical advice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
export = typer.Typer(help="Write the model for other programs.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(export, name="export")
app.add_typer(measure, name="measure")
app.command(short_help="Hold a measured change against what would have happened anyway.")(compare)
app.command(short_help="How large a massage trial must be, and when to measure.")(plan)
app.command(short_help="Conduct a massage trial on virtual people.")(trial)
app.command(short_help="Hold the body against published values; misses first.")(validate)
app.command(short_help="Move uncertain numbers to what was published.")(calibrate)
app.command(short_help="What massage studies found about an outcome, study by study.")(evidence)
app.command(short_help="What can be said of massage, and why.")(claims)
app.command("four-ways", short_help="The page of the four ways: verdicts first, then eight weeks simulated.")(four_ways)

Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="ARROW",
        help="Switch an arrow off, e.g. 'arousal->hpa_drive' or 'sleep->stress'; repeatable.",
    ),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a ledger row for everybody; repeatable.")
]
Insist = Annotated[bool, typer.Option("--insist", help="Take a --set that is ten times beyond the ledger's own value.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option(help="Names the luck; the same seed gives the same run.")]


@app.command(short_help="Carry out a protocol, alone or against a control.")
def simulate(
    protocol: Annotated[
        Path | None, typer.Argument(metavar="PROTOCOL.yaml", help="What is done, to whom, when.")
    ] = None,
    against: Annotated[
        str,
        typer.Option(
            help="Compare with 'rest' (the same visit without hands), 'none' (no visit) or another protocol file."
        ),
    ] = "",
    people: Annotated[int | None, typer.Option(help="How many people; by default as the protocol says.")] = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the uncertain parameters for the second interval; by default 63.")
    ] = None,
    settings: Settings = None,
    without: Without = None,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write trajectories, table and manifest there.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="PAGE.html", help="Also write a page of curves there.")] = None,
    typical: Annotated[bool, typer.Option("--typical", help="One typical person, without luck, instead.")] = False,
    insist: Insist = False,
    keep: cohort.Keep = None,
    summary_only: cohort.SummaryOnly = False,
    single: cohort.Single = False,
    chunk: cohort.Chunk = None,
    workers: cohort.Workers = 0,
    scheduler: cohort.Scheduler = "",
    resume: cohort.Resume = None,
    as_json: AsJson = False,
) -> None:
    """Carry out a protocol on virtual people, alone or against a control.

    A large cohort is written to --out chunk by chunk, by several processes or machines if wanted; see docs/cluster.md.
    """
    from effleurage.cli import show
    from effleurage.people.cohort import Person
    from effleurage.people.life import beyond, is_beyond_model
    from effleurage.protocol.nodes import read_text
    from effleurage.protocol.reading import parse_protocol
    from effleurage.runs.asked import CHUNK, CONTROLS, Asked
    from effleurage.runs.single import check_file, check_folder, write_run

    options = cohort.Options(keep or [], summary_only, chunk, workers, scheduler, single)
    if resume:
        fixed = {
            "--html": html,
            "--typical": typical,
            "--insist": insist,
            "--people": people,
            "--against": against,
            "--draws": draws,
            "--set": settings,
            "--without": without,
        }
        cohort.resume(resume, protocol, options, {**fixed, "--out": out, "--seed": seed != 1}, as_json)
        return
    if protocol is None:
        raise RequestError(Finding("", "no protocol", "Name a protocol file, or a folder to go on with: --resume DIR."))
    text = read_text(protocol)
    plan = parse_protocol(text, protocol.name)
    values = _settings(settings or [], insist)
    control = _control(against)
    if typical and people is not None:
        raise RequestError(Finding("--typical", "one typical person, and a number of people", "Say one of the two."))
    if html:
        check_file(html)
    number = people if people is not None else int(plan.people.get("number", 1))  # type: ignore[arg-type]
    if options.any or (out and number > CHUNK and not typical):
        if html or typical or insist:
            name = "--html" if html else "--typical" if typical else "--insist"
            raise RequestError(Finding(name, "not of a cohort that is kept in chunks", "Leave it out."))
        if draws is not None:
            raise RequestError(Finding("--draws", "a cohort run has no draws", "Leave it out."))
        other = "" if control is None or against in CONTROLS else read_text(Path(against))
        asked = Asked(
            protocol=text,
            people=number,
            against=other or against,
            seed=seed,
            settings=values,
            without=tuple(without or ()),
            keep=tuple(keep or ()),
            chunk=CHUNK if chunk is None else chunk,
            traces=not summary_only,
            precision="single" if single else "double",
        )
        cohort.begin(out, asked, options, as_json)
        return
    draws = 63 if draws is None else draws
    if out:
        check_folder(out)
    if draws < 0:
        raise RequestError(Finding("--draws", f"{draws} draws", "Say 0 or more."))
    about = {
        "protocol": str(protocol),
        "against": against,
        "seed": seed,
        "set": settings or [],
        "without": without or [],
        **({"typical": True} if typical else {}),
    }
    who = Person.typical() if typical else people
    result: Any
    if control is None:
        from effleurage.people.simulate import simulate as run

        with show.progress(plan.title) as report:
            world = run(plan, who, seed=seed, settings=values, without=without or (), insist=insist, progress=report)
        summary = show.summary(world)
        worlds, result = {"trajectory": world}, world
    else:
        from effleurage.lab.contrast.contrast import contrast
        from effleurage.lab.contrast.readouts import every_readout
        from effleurage.people.simulate import body_of, readouts

        body = body_of([plan], without or ())
        chosen = every_readout({name: body.quantities[name].meaning for name in readouts(body)}, plan.sessions)
        with show.progress(plan.title) as report:
            found = contrast(
                plan,
                control,
                chosen,
                who,
                seed=seed,
                draws=draws,
                settings=values,
                without=without or (),
                insist=insist,
                progress=report,
            )
        summary = found.effects
        worlds, result = {"treated": found.worlds.treated, "control": found.worlds.control}, found
    if out:
        write_run(out, worlds, summary, about)
    if html:
        from effleurage.report.results import page

        page(result, html)
        show.message(f"wrote {html}: open it in a browser")
    show.lost_people(list(worlds.values()))
    passed = beyond(list(worlds.values()))
    if as_json:
        told = {
            "title": plan.title,
            **about,
            "beyond_life": {str(who): where for who, where in passed},
            "quantities": records(summary),
        }
        show.data(json.dumps(told, indent=1))
    else:
        far = is_beyond_model(passed, next(iter(worlds.values())).sizes["person"])
        title = f"{plan.title}: beyond the model" if far else plan.title
        show.effects(summary, title) if control is not None else show.summary_table(summary, title)


@app.command(short_help="Show equations, numbers with their sources, and wiring.")
def model(
    name: Annotated[
        str,
        typer.Argument(metavar="[QUANTITY|wiring]", help="A quantity, parameter or system; 'wiring' for every arrow."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show the body: equations in readable maths, parameters with source and grade, who reads what."""
    from effleurage.cli import show
    from effleurage.report.model import describe

    described = describe(name)
    show.data(json.dumps(described.as_data(), indent=1, ensure_ascii=False) if as_json else described.as_text())


@export.command("sbml")
def export_sbml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write, e.g. body.xml.")],
    protocol: Annotated[
        Path | None, typer.Option(metavar="P", help="A protocol's inputs as events; without it, ordinary days.")
    ] = None,
    settings: Settings = None,
    without: Without = None,
    insist: Insist = False,
) -> None:
    """Write the body of the typical person as SBML level 3, settled, with its nights; time is in minutes."""
    from effleurage.cli import show
    from effleurage.protocol.reading import read_protocol
    from effleurage.runs.sbml import in_words, to_sbml, write_sbml
    from effleurage.runs.single import check_file

    check_file(file)
    plan = read_protocol(protocol) if protocol else None
    write_sbml(file, to_sbml(plan, without=without or (), settings=_settings(settings or [], insist), insist=insist))
    show.message(f"wrote {file}\n{in_words(plan)}")


@app.command(short_help="The main job: eight weeks with and without massage.")
def demo(
    people: Annotated[int, typer.Option(help="How many people.")] = 200,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the page goes.")] = Path("four-ways.html"),
    seed: Seed = 1,
) -> None:
    """The main job: weekly massage for eight weeks against quiet rest, as a table and as the page four-ways.html."""
    show_four_ways(people, seed, out)


@app.command(short_help="Which uncertain numbers and arrows move a quantity.")
def sensitivity(
    quantity: Annotated[str, typer.Argument(metavar="QUANTITY", help="A read-out, e.g. cortisol.")],
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Move each uncertain number by one SD, cut each arrow, and show what an ordinary day's mean does."""
    from effleurage.cli import show
    from effleurage.lab.contrast.basis import arrows
    from effleurage.lab.contrast.basis import sensitivity as moves

    table = moves(quantity, seed)
    cut = arrows(quantity, seed)
    if as_json:
        told = {"quantity": quantity, "numbers": records(table), "arrows": records(cut)}
        show.data(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        show.movers(table, quantity)
        show.arrows(cut, quantity)


def _control(against: str) -> Any:
    from effleurage.protocol.reading import read_protocol
    from effleurage.runs.disk import exists

    if not against:
        return None
    if against in ("rest", "none"):
        return against
    if against.endswith((".yaml", ".yml")) or exists(Path(against)):
        return read_protocol(Path(against))
    raise RequestError(Finding("--against", f"no control '{against}'", "Say 'rest', 'none' or a protocol file."))


def _settings(texts: list[str], insist: bool = False) -> dict[str, Setting]:
    values: dict[str, Setting] = {}
    findings = []
    for text in texts:
        name, equals, value = text.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            findings.append(Finding("--set", f"'{text}'", "Write NAME=VALUE, the value in the ledger's unit."))
    try:
        if values:
            from effleurage.people.cohort import check_settings
            from effleurage.people.simulate import whole_body

            check_settings(whole_body(), values, insist=insist)
    except RequestError as error:
        findings += error.findings
    if findings:
        raise RequestError(findings)
    return values
