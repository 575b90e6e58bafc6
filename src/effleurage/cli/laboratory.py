"""Words for measured files: ``measure`` gives outcomes, ``compare`` holds a change against no treatment."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from effleurage.errors import Finding, RequestError

if TYPE_CHECKING:
    from effleurage.lab.records import Measured

measure = typer.Typer(
    help="Outcomes of measured files: a table, notes on the file, and a methods paragraph.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file that was measured.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Out = Annotated[Path | None, typer.Option(metavar="TABLE.csv", help="Also write the whole table there.")]


@measure.command()
def hrv(
    file: File,
    unit: Annotated[
        str,
        typer.Option(help="ms, s, us, or 1/1024 for counts of a clock (any 1/N s); by default as file and values say."),
    ] = "auto",
    column: Annotated[str | None, typer.Option(help="Column of the RR intervals, where the file has several.")] = None,
    first_is_offset: Annotated[
        bool | None,
        typer.Option("--first-is-offset/--first-is-rr", help="Whether the first number is the time to the first beat."),
    ] = None,
    window: Annotated[float, typer.Option(metavar="SECONDS", help="Length of a window.")] = 300.0,
    breathing: Annotated[
        float | None, typer.Option(metavar="HZ", help="Breathing rate from a belt or a pacer; wins over the estimate.")
    ] = None,
    posture: Annotated[str, typer.Option(help="Posture of the whole record, e.g. supine.")] = "",
    participant: Annotated[str, typer.Option(help="Whose record it is; by default the file's name.")] = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Heart-rate variability of RR intervals (text, Kubios, Polar, Elite HRV; .gz), window by window."""
    from dataclasses import replace

    from effleurage.files.heart.rr import read_rr
    from effleurage.lab.heart.hrv import measure_hrv

    record = read_rr(file, unit=unit, column=column, first_is_offset=first_is_offset)
    labels = {"participant": participant or file.name.split(".")[0], "posture": posture}
    found = measure_hrv(record, seconds=window, given_breathing=breathing, labels=labels)
    _told(replace(found, notes=tuple(dict.fromkeys((*record.notes, *found.notes)))), out, as_json, file.name)


@measure.command()
def saliva(
    file: File,
    unit: Annotated[str | None, typer.Option(help="Unit of the concentrations, where the file does not say.")] = None,
    analyte: Annotated[str | None, typer.Option(help="cortisol or sIgA, where the file leaves a choice.")] = None,
    zero: Annotated[str | None, typer.Option(help="awakening or start: what the minutes count from.")] = None,
    reporting_type: Annotated[
        str | None, typer.Option(help="Which way of reporting times, where the file has several.")
    ] = None,
    lod: Annotated[float | None, typer.Option(help="Detection limit, in the file's unit.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of clock times with dates, e.g. Europe/Berlin.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Salivary cortisol or IgA: AUC, awakening response, slope, cosinor, secretion rate."""
    from dataclasses import replace

    from effleurage.files.saliva.tubes import read_saliva
    from effleurage.lab.saliva.saliva import measure_saliva

    samples, notes = read_saliva(file, analyte=analyte, unit=unit, zero=zero, reporting_type=reporting_type, zone=zone)
    found = measure_saliva(samples, lod=lod)
    _told(replace(found, notes=(*notes, *found.notes)), out, as_json, file.name)


@measure.command()
def sleep(
    file: File,
    dated: Annotated[
        Literal["morning", "evening"] | None, typer.Option(help="Which date a plain 'date' column names.")
    ] = None,
    epoch: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Length of a hypnogram's epoch; by default as its times say, else 30."),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Time zone, e.g. Europe/Berlin, for nights when clocks change.")
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Nights from a sleep diary, a device's summary or a hypnogram: SOL, WASO, TST and three efficiencies."""
    from dataclasses import replace

    from effleurage.files.night.diary import read_nights
    from effleurage.lab.night.nights import measure_nights

    nights, notes = read_nights(file, dated=dated, epoch_seconds=epoch)
    found = measure_nights(nights, zone=zone)
    _told(replace(found, notes=(*notes, *found.notes)), out, as_json, file.name)


@measure.command()
def scale(
    file: File,
    form: Annotated[str | None, typer.Option(help="Form of the STAI: Y or X.")] = None,
    coding: Annotated[
        list[str] | None, typer.Option(metavar="PSS=1-5", help="How answers are coded, where they do not tell.")
    ] = None,
    missing: Annotated[
        list[str] | None, typer.Option(metavar="99,-99", help="Numbers that stand for no answer.")
    ] = None,
    already_reversed: Annotated[
        bool, typer.Option("--already-reversed", help="Reversed items are turned round in the file already.")
    ] = False,
    boundary: Annotated[str, typer.Option(help="PSQI boundaries: pittsburgh or printed.")] = "pittsburgh",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Totals of questionnaires: PSS, PSQI, STAI, VAS, pain."""
    from dataclasses import replace

    from effleurage.files.scales.scores import read_scores
    from effleurage.lab.scales.scales import measure_scales

    answers, notes = read_scores(file, missing=_numbers(missing or []))
    found = measure_scales(
        answers,
        form=form,
        codings=_codings(coding or []),
        boundary=boundary,
        already_reversed=already_reversed,
    )
    _told(replace(found, notes=(*notes, *found.notes)), out, as_json, file.name)


def compare(
    file: File,
    resting: Annotated[
        bool | None,
        typer.Option("--resting/--ordinary", help="Untreated people rest quietly in between, or live an ordinary day."),
    ] = None,
    up: Annotated[
        str, typer.Option(metavar="HH:MM", help="When people get up, where the file does not say.")
    ] = "07:00",
    lights_out: Annotated[str, typer.Option(metavar="HH:MM", help="When they go to sleep.")] = "23:00",
    age: Annotated[float | None, typer.Option(help="Mean age of the people; by default 40.")] = None,
    seed: Annotated[int, typer.Option(help="Names the luck; the same seed gives the same band.")] = 1,
    html: Annotated[Path | None, typer.Option(metavar="PAGE.html", help="Also write the page there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold two measurements of each person against what would have happened without treatment.

    FILE has columns outcome, before, after, clock_before, clock_after; or a row a measurement with participant,
    outcome, value, clock. Also read: instrument, unit (of a rating: 0-10 or 0-100), condition, posture, up, days_apart,
    visit. Rows of one participant, outcome and condition are visits of one person.
    """
    from dataclasses import replace

    from effleurage.cli import show
    from effleurage.files.pairs import read_pairs
    from effleurage.lab.untreated.change import compare as held
    from effleurage.protocol.times import clock
    from effleurage.report.change.change_page import as_html, sentences
    from effleurage.report.contents import publish
    from effleurage.report.pages import Made
    from effleurage.runs.single import check_file

    pairs, notes = read_pairs(file)
    if html:
        check_file(html)
    with show.progress("people whom nobody treats") as report:
        found = held(
            pairs, resting=resting, up=clock(up), lights_out=clock(lights_out), age=age, seed=seed, progress=report
        )
    found = replace(found, notes=(*notes, *found.notes))
    if html:
        publish(html, as_html(found, file.name, Made.today(sys.argv, seed)))
    if as_json:
        told = {
            "sentences": sentences(found),
            "pairs": records(found.table),
            "groups": records(found.groups),
            "contrasts": records(found.contrasts),
            "notes": found.notes,
            "methods": found.methods,
            "parameters": found.parameters,
        }
        show.data(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        show.compared(found, sentences(found))


def _told(found: Measured, out: Path | None, as_json: bool, name: str) -> None:
    from effleurage.cli import show
    from effleurage.runs.disk import write_file
    from effleurage.runs.single import check_file

    if out:
        check_file(out)
        write_file(out, found.table.to_csv(index=False))
    if as_json:
        told = {
            "table": records(found.table),
            "notes": found.notes,
            "methods": found.methods,
            "parameters": _finite(dict(found.parameters)),
        }
        show.data(json.dumps(told, indent=1, ensure_ascii=False, default=str))
    else:
        show.measured(found, name)


def _codings(texts: list[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for text in texts:
        name, _, span = text.partition("=")
        low, _, high = span.partition("-")
        if not (name.strip() and re.fullmatch(r"\s*\d{1,3}\s*-\s*\d{1,3}\s*", span, re.ASCII)):
            raise RequestError(Finding("--coding", f"'{text}'", "Write it like PSS=1-5."))
        found[name.strip()] = (int(low), int(high))
    return found


def _numbers(texts: list[str]) -> list[float]:
    """The numbers of options such as ``99,-99``."""
    from effleurage.files.table.delimited import number_of

    found = []
    for cell in (cell for text in texts for cell in text.split(",")):
        try:
            found.append(number_of(cell))
        except ValueError as fault:
            raise RequestError(Finding("--missing", str(fault), "Write numbers, as 99 or 99,-99.")) from None
    return found


def _finite(value: Any) -> Any:
    """The same, with None where a number is none: JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return None if isinstance(value, float) and value != value else value


def records(table: Any) -> list[dict[str, Any]]:
    """Rows of a table as JSON takes them: None where a number is none."""
    return [
        {key: (None if value != value else value) for key, value in row.items()} for row in table.to_dict("records")
    ]
