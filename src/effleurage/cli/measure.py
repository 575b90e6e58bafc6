"""``measure``: outcomes of measured files, as a table with notes on the file and a methods paragraph."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Column
from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.options import AsJson
from effleurage.cli.terminal import right
from effleurage.errors import Finding, RequestError
from effleurage.files.heart.rr import read_rr
from effleurage.files.night.diary import read_nights
from effleurage.files.saliva.tubes import read_saliva
from effleurage.files.scales.scores import read_scores
from effleurage.files.table.delimited import number_of
from effleurage.lab.heart.hrv import measure_hrv
from effleurage.lab.night.nights import measure_nights
from effleurage.lab.records import Measured
from effleurage.lab.saliva.saliva import measure_saliva
from effleurage.lab.scales.scales import measure_scales
from effleurage.report.numbers import human, unit_of
from effleurage.runs.disk import write_file
from effleurage.runs.single import check_file
from effleurage.words import csv_text

measure = typer.Typer(
    help="Outcomes of measured files: a table, notes on the file, and a methods paragraph.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file that was measured.")]
Out = Annotated[Path | None, typer.Option(metavar="TABLE.csv", help="Also write the whole table there.")]
_MOST_ROWS = 40


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
    record = read_rr(file, unit=unit, column=column, first_is_offset=first_is_offset)
    labels = {"participant": participant or file.name.split(".")[0], "posture": posture}
    found = measure_hrv(record, seconds=window, given_breathing=breathing, labels=labels)
    _show(replace(found, notes=tuple(dict.fromkeys((*record.notes, *found.notes)))), out, as_json, file.name)


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
    samples, notes = read_saliva(file, analyte=analyte, unit=unit, zero=zero, reporting_type=reporting_type, zone=zone)
    found = measure_saliva(samples, lod=lod)
    _show(replace(found, notes=(*notes, *found.notes)), out, as_json, file.name)


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
    nights, notes = read_nights(file, dated=dated, epoch_seconds=epoch)
    found = measure_nights(nights, zone=zone)
    _show(replace(found, notes=(*notes, *found.notes)), out, as_json, file.name)


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
    answers, notes = read_scores(file, missing=_numbers(missing or []))
    found = measure_scales(
        answers,
        form=form,
        codings=_codings(coding or []),
        boundary=boundary,
        already_reversed=already_reversed,
    )
    _show(replace(found, notes=(*notes, *found.notes)), out, as_json, file.name)


def _show(measured: Measured, out: Path | None, as_json: bool, name: str) -> None:
    if out:
        check_file(out)
        write_file(out, csv_text(measured.table))
    if as_json:
        terminal.as_json(
            {
                "table": terminal.records(measured.table),
                "notes": measured.notes,
                "methods": measured.methods,
                "parameters": measured.parameters,
            }
        )
    else:
        _table(measured, name)


def _table(measured: Measured, name: str) -> None:
    """What a laboratory made of a file: notes, the table, and the methods paragraph."""
    for note in measured.notes:
        terminal.line(f"- {note}")
    table = measured.table
    about = [
        column
        for column in table.columns
        if column not in ("outcome", "value", "unit", "reason")
        and (table[column].astype(str) != "").any()
        and not table[column].isna().all()
    ]
    columns = (*about, "outcome", *right("value"), "unit", Column("reason", max_width=70))
    rows = (
        (
            *(_cell(row[column]) for column in about),
            row["outcome"],
            human(row["value"]),
            unit_of(row["unit"]),
            row["reason"],
        )
        for row in table.head(_MOST_ROWS).to_dict("records")
    )
    terminal.table(columns, rows, Text(name))
    if len(table) > _MOST_ROWS:
        terminal.message(f"and {len(table) - _MOST_ROWS} more rows; --out TABLE.csv or --json gives all")
    terminal.line(f"\n{measured.methods}")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return human(value) if value == value else ""
    return str(value)


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
    found = []
    for cell in (cell for text in texts for cell in text.split(",")):
        try:
            found.append(number_of(cell))
        except ValueError as fault:
            raise RequestError(Finding("--missing", str(fault), "Write numbers, as 99 or 99,-99.")) from None
    return found
