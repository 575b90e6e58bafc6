"""The two layouts of a saliva table, long and wide, made into tidy samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from effleurage.errors import DataError, Finding
from effleurage.files.saliva.headings import Heading
from effleurage.files.saliva.levels import chosen_columns, concentrations, units_of
from effleurage.files.saliva.times import Times, times_of
from effleurage.files.table.cells import at, numbers_of, written
from effleurage.files.table.delimited import refuse
from effleurage.lab.saliva.courses import KEY, sample_order

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TubeTable:
    """A table of words, which column holds which field, what the headings say, and what the caller chose."""

    table: pd.DataFrame
    fields: dict[str, str]
    headings: dict[str, Heading]
    analyte: str | None
    unit: str | None
    zero: str | None
    zone: ZoneInfo | None
    fluid: str


def long_samples(sheet: TubeTable, levels: list[str], notes: list[str]) -> pd.DataFrame:
    """Samples of a table with one row a tube; ``levels`` are the columns that may hold concentrations."""
    table, fields, headings = sheet.table, sheet.fields, sheet.headings
    import pandas as pd

    columns, name = chosen_columns(table, headings, levels, sheet.analyte, notes)
    kept = {*fields.values(), *columns}
    made = _keys(table, fields, notes)
    findings: list[Finding] = []
    if columns:
        values = [concentrations(table, column, findings, notes) for column in columns]
        made["concentration"], made["limit"], made["reason"] = values[0]
        if len(values) > 1:
            made["duplicate"] = values[1][0]
            notes.append("two determinations a tube: " + " and ".join(f"'{written(table, c)}'" for c in columns))
    else:
        made = made.assign(concentration=np.nan, reason="no concentration in this table")
        notes.append("no concentration in this table: only the sampling times can be judged")
    made["analyte"] = name
    made["unit"] = units_of(
        table, fields, headings, columns, name, sheet.unit, sheet.fluid, made["concentration"].to_numpy(float), findings
    )
    course = made.groupby(list(KEY), sort=False).ngroup().to_numpy()
    when = times_of(table, fields, course, _places(table, fields, course), zero=sheet.zero, zone=sheet.zone)
    made["sample"], made["order"] = _labels(table, fields, course, when, notes)
    if "flow" in fields:
        flow, wrong, said = numbers_of(table, fields["flow"])
        made["flow"] = flow.to_numpy(float)
        findings += wrong
        notes += said
    elif {"volume", "collected"} <= set(fields):
        (volume, wrong, said), (minutes, worse, more) = (numbers_of(table, fields[n]) for n in ("volume", "collected"))
        made["flow"] = np.where(minutes > 0, volume / minutes.where(minutes > 0), np.nan)
        findings += [*wrong, *worse]
        by = f"'{written(table, fields['volume'])}' by '{written(table, fields['collected'])}'"
        notes += [*said, *more, f"flow in mL/min is {by}"]
    refuse([*findings, *when.findings])
    notes.insert(0, _layout_note(table, fields))
    notes += when.notes
    _left_over(table, kept, notes)
    timed = {
        "minutes": when.minutes,
        "zero": when.zero,
        "timing": when.timing,
        "planned": when.planned,
        "clock": when.clock,
    }
    return pd.DataFrame(made.assign(**timed, line=np.asarray(table.index, dtype=float)).reset_index(drop=True))


def wide_samples(sheet: TubeTable, tubes: list[str], notes: list[str]) -> pd.DataFrame:
    """Samples of a table with one row a course and one column a tube."""
    table, fields, headings, analyte, zero = sheet.table, sheet.fields, sheet.headings, sheet.analyte, sheet.zero
    import pandas as pd

    _refuse_times(table, headings, tubes)
    named = {headings[c].analyte or "" for c in tubes}
    if analyte is not None and analyte in named:
        tubes, named = [c for c in tubes if headings[c].analyte == analyte], {analyte}
    if len(named - {""}) > 1:
        both = " and ".join(sorted(named - {""}))
        raise DataError(Finding(table.attrs["source"], f"holds tubes of {both}", "Say which analyte to read."))
    name = analyte or next(iter(named - {""}), "cortisol")
    minutes = _are_minutes([headings[c] for c in tubes])
    labels = [f"{headings[c].number:g} min" if minutes else headings[c].label for c in tubes]
    keys = _keys(table, fields, notes)
    findings: list[Finding] = []
    parts = []
    for column, label in zip(tubes, labels, strict=True):
        values, limits, reasons = concentrations(table, column, findings, notes)
        part = keys.assign(sample=label, concentration=values, limit=limits, reason=reasons)
        parts.append(part.assign(line=np.asarray(table.index, dtype=float), minutes=headings[column].number))
    made = pd.concat(parts, ignore_index=True)
    order = {label: place for place, label in enumerate(sample_order(labels))}
    made["order"] = made["sample"].map(order).astype(float)
    made["analyte"] = name
    one_unit = units_of(
        table, fields, headings, tubes, name, sheet.unit, sheet.fluid, made["concentration"].to_numpy(float), findings
    )
    made["unit"] = np.tile(one_unit, len(tubes))
    refuse(findings)
    shown = ", ".join(labels[:8]) + (", …" if len(labels) > 8 else "")
    notes.insert(0, f"wide table: a column a tube ({shown})")
    if minutes:
        made = made.assign(planned=made["minutes"], timing="planned", zero=zero or "start")
        notes.append("the headings are taken as planned minutes; when the tubes were really taken is not known")
    else:
        made = made.assign(minutes=np.nan, zero=zero or "start")
        notes.append("the headings number the tubes: give the planned minutes for outcomes that need times")
    if zero is None:
        notes.append(
            "minutes are taken to count from the start of the course, not from an awakening (say so if they do)"
        )
    _left_over(table, {*fields.values(), *tubes}, notes)
    return made


def _refuse_times(table: pd.DataFrame, headings: dict[str, Heading], tubes: Sequence[str]) -> None:
    """Raise where columns beside those of an analyte, or clock times, are no concentrations."""
    bare = [c for c in tubes if not headings[c].analyte]
    odd = bare if len(bare) < len(tubes) else [c for c in bare if table[c].str.contains(r"\d:\d\d", regex=True).any()]
    if odd:
        shown = ", ".join(f"'{written(table, column)}'" for column in odd[:6])
        fix = (
            "Give one row a tube: participant, day, sample, sampling_time (6:32), and 'cortisol (nmol/L)' or the like."
        )
        raise DataError(Finding(table.attrs["source"], f"{shown} seem to be times of tubes, not concentrations", fix))


def _are_minutes(tubes: Sequence[Heading]) -> bool:
    """Whether numbers in headings are minutes: said so, or bare and not simply counting 0, 1, 2."""
    said = {one.minutes for one in tubes}
    if True in said:
        return True
    numbers = sorted(one.number for one in tubes)
    return said == {None} and bool((np.diff(numbers) != 1).any())


def _keys(table: pd.DataFrame, fields: dict[str, str], notes: list[str]) -> pd.DataFrame:
    """Participant, session, day and condition of every row."""
    import pandas as pd

    made = pd.DataFrame({name: table[fields[name]] if name in fields else "" for name in KEY}, index=table.index)
    if "day" not in fields and "date" in fields:
        made["day"] = table[fields["date"]]
    if "participant" not in fields:
        made["participant"] = "1"
        notes.append("no column names the participant: all rows are taken to be of one person")
    else:
        column = fields["participant"]
        fix = "Name the participant in every row."
        refuse(
            [
                Finding(at(table, line, column), "no participant", fix)
                for line, cell in zip(table.index, table[column], strict=True)
                if not cell
            ]
        )
    return made


def _places(table: pd.DataFrame, fields: dict[str, str], course: NDArray[np.int64]) -> NDArray[np.float64]:
    """A tube's place before its time is known: by the number in its label, else as it stands in the file."""
    import pandas as pd

    if "sample" in fields and table[fields["sample"]].str.contains(r"\d", regex=True).all():
        place = {label: float(at_) for at_, label in enumerate(sample_order(list(table[fields["sample"]])))}
        return np.asarray(table[fields["sample"]].map(place).to_numpy(float))
    return np.asarray(pd.Series(course).groupby(course).cumcount().to_numpy(float))


def _labels(
    table: pd.DataFrame, fields: dict[str, str], course: NDArray[np.int64], when: Times, notes: list[str]
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Labels and order of the tubes: numbers in labels count; words are ordered by time, else as they first stand."""
    import pandas as pd

    if "sample" not in fields:
        if np.isnan(when.minutes).any():
            what = "no column names the tube, and not every row has a time"
            raise DataError(Finding(table.attrs["source"], what, "Add a column 'sample'."))
        rank = pd.Series(when.minutes).groupby(course).rank(method="first").to_numpy(float)
        notes.append("no column names the tube: tubes are numbered in time")
        return np.array([f"T{place:.0f}" for place in rank], dtype=object), np.asarray(rank)
    names = table[fields["sample"]]
    refuse(
        [
            Finding(at(table, line, fields["sample"]), "the tube has no name", "Name every sample.")
            for line, cell in zip(table.index, names, strict=True)
            if not cell
        ]
    )
    labels = names.to_numpy(object)
    if names.str.contains(r"\d", regex=True).all():
        ordered = sample_order(list(names))
    else:
        ordered = list(dict.fromkeys(names))
        middle = pd.Series(when.minutes).groupby(labels).median()
        if middle.notna().all():
            ordered = sorted(ordered, key=lambda label: float(middle[label]))
    return labels, np.array([ordered.index(label) for label in labels], dtype=float)


def _layout_note(table: pd.DataFrame, fields: dict[str, str]) -> str:
    whose = ""
    if "scheduled_sample" in table.columns or "reporting_type" in fields:
        whose = ", as CARWatch writes it"
    elif "wake_onset_time" in table.columns:
        whose = ", as the CARWatch study wrote it"
    elif "night" in table.columns or "subject" in table.columns:
        whose = ", as BioPsyKit writes it"
    return f"long table: a row a tube{whose}"


def _left_over(table: pd.DataFrame, kept: set[str], notes: list[str]) -> None:
    rest = [written(table, column) for column in table.columns if column not in kept]
    if rest:
        notes.append(f"columns not read: {', '.join(rest[:12])}" + (", …" if len(rest) > 12 else ""))
