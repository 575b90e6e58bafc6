"""``simulate``: a protocol carried out on virtual people, alone or against a control."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from effleurage.cli import cohort, terminal, worlds
from effleurage.cli.options import AsJson, Beyond, Html, Seed, Settings, Without
from effleurage.cli.settings import settings_of
from effleurage.errors import Finding, RequestError
from effleurage.lab.contrast.contrast import contrast
from effleurage.lab.contrast.readouts import every_readout
from effleurage.people.cohort import Person
from effleurage.people.life import beyond, is_beyond_model
from effleurage.people.simulate import body_of, readouts
from effleurage.people.simulate import simulate as carry_out
from effleurage.people.summary import summary_of
from effleurage.protocol.nodes import read_text
from effleurage.protocol.reading import parse_protocol, read_protocol
from effleurage.runs.asked import CHUNK, CONTROLS, Asked
from effleurage.runs.disk import exists
from effleurage.runs.single import check_file, check_folder, write_run

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from effleurage.lab.contrast.contrast import Contrast
    from effleurage.protocol.model import Protocol

_DRAWS = 63


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
        int | None,
        typer.Option(help=f"Draws of the uncertain parameters for the second interval; by default {_DRAWS}."),
    ] = None,
    settings: Settings = None,
    without: Without = None,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write trajectories, table and manifest there.")
    ] = None,
    html: Html = None,
    typical: Annotated[bool, typer.Option("--typical", help="One typical person, without luck, instead.")] = False,
    beyond: Beyond = False,
    keep: cohort.Keep = None,
    summary_only: cohort.SummaryOnly = False,
    single: cohort.Single = False,
    chunk: cohort.Chunk = None,
    workers: cohort.Workers = 0,
    scheduler: cohort.Scheduler = "",
    resume: cohort.Resume = None,
    as_json: AsJson = False,
) -> None:
    """Carry out a protocol, alone or against a control.

    The people are virtual. A large cohort is written to --out chunk by chunk, by several processes or machines if
    wanted; see docs/cluster.md.
    """
    options = cohort.Options(keep or [], summary_only, chunk, workers, scheduler, single)
    if resume:
        fixed: dict[str, object] = {
            "--people": people,
            "--against": against,
            "--draws": draws,
            "--set": settings,
            "--without": without,
        }
        fixed |= {"--html": html, "--typical": typical, "--beyond": beyond}
        cohort.resume(resume, protocol, options, {**fixed, "--out": out, "--seed": seed != 1}, as_json)
        return
    if protocol is None:
        raise RequestError(Finding("", "no protocol", "Name a protocol file, or a folder to go on with: --resume DIR."))
    text = read_text(protocol)
    plan = parse_protocol(text, protocol.name)
    values = settings_of(settings or [], beyond)
    control = _control(against)
    number = people if people is not None else int(plan.people.get("number", 1))  # type: ignore[arg-type]
    if typical and people is not None:
        raise RequestError(Finding("--typical", "one typical person, and a number of people", "Say one of the two."))
    if html:
        check_file(html)
    if options.any or (out and number > CHUNK and not typical):
        for name, said in (("--html", html), ("--typical", typical)):
            if said:
                raise RequestError(Finding(name, "not of a cohort that is kept in chunks", "Leave it out."))
        if draws is not None:
            raise RequestError(Finding("--draws", "a cohort run has no draws", "Leave it out."))
        other = "" if control is None or against in CONTROLS else read_text(Path(against))
        asked = Asked(
            text, number, other or against, seed, values, tuple(without or ()), **options.recorded(), beyond=beyond
        )
        cohort.begin(out, asked, options, as_json)
        return
    if out:
        check_folder(out)
    drawn = _drawn(draws, control)
    who = Person.typical() if typical else people
    asked_of = {"people": who, "seed": seed, "settings": values, "without": without or (), "beyond": beyond}
    found, simulated, result = _carried_out(plan, control, drawn, **asked_of)
    about = {"protocol": str(protocol), "against": against, "seed": seed}
    about |= {"set": settings or [], "without": without or []}
    about |= {"typical": True} if typical else {}
    if out:
        write_run(out, simulated, found, about)
    if html:
        _page(html, result, seed)
    _show(plan.title, found, simulated, about, as_json)


def _page(place: Path, result: xr.Dataset | Contrast, seed: int) -> None:
    """Write the page of a result; what draws it is loaded for it alone, half a second that a table need not wait."""
    from effleurage.report.contents import publish
    from effleurage.report.pages import Made
    from effleurage.report.simulate.simulate_page import as_html

    publish(place, as_html(result, Made.today(sys.argv, seed)))
    terminal.message(f"wrote {place}: open it in a browser")


def _drawn(draws: int | None, control: Any) -> int:
    """How many draws there are of the uncertain parameters of a difference. Raises ``RequestError``."""
    if draws is not None and draws < 0:
        raise RequestError(Finding("--draws", f"{draws} draws", "Say 0 or more."))
    if draws is not None and control is None:
        fix = "Leave it out, or say what to compare with, as --against rest."
        raise RequestError(Finding("--draws", "one world alone has no draws", fix))
    return _DRAWS if draws is None else draws


def _carried_out(
    plan: Protocol, control: Any, draws: int, **asked: Any
) -> tuple[pd.DataFrame, dict[str, xr.Dataset], xr.Dataset | Contrast]:
    """What came of the protocol: as a table; the worlds by name, one alone or two where there is a control; and all."""
    with terminal.progress(plan.title) as report:
        if control is None:
            world = carry_out(plan, **asked, progress=report)
            return summary_of(world), {"trajectory": world}, world
        body = body_of([plan], asked["without"])
        chosen = every_readout({name: body.quantities[name].meaning for name in readouts(body)}, plan.sessions)
        found = contrast(plan, control, chosen, **asked, draws=draws, progress=report)
        return found.effects, {"treated": found.worlds.treated, "control": found.worlds.control}, found


def _show(
    title: str, table: pd.DataFrame, simulated: dict[str, xr.Dataset], about: dict[str, Any], as_json: bool
) -> None:
    """Who was lost or passed the limits of life, then the table."""
    several = list(simulated.values())
    worlds.name_lost(several)
    passed = beyond(several)
    if as_json:
        who = {str(person): where for person, where in passed}
        terminal.as_json({"title": title, **about, "beyond_life": who, "quantities": terminal.records(table)})
        return
    far = is_beyond_model(passed, several[0].sizes["person"])
    view = worlds.effects_table if len(several) > 1 else worlds.summary_table
    view(table, f"{title}: beyond the model" if far else title)


def _control(against: str) -> Any:
    if not against:
        return None
    if against in ("rest", "none"):
        return against
    if against.endswith((".yaml", ".yml")) or exists(Path(against)):
        return read_protocol(Path(against))
    raise RequestError(Finding("--against", f"no control '{against}'", "Say 'rest', 'none' or a protocol file."))
