"""Readers of saliva tables, a row a tube (long) or a column a tube (wide), as people, BioPsyKit and CARWatch write.

Delimited text in any of the ways of ``read_table``. The unit is taken from the heading, a unit column or the caller and
never guessed from the numbers. What was decided is said in the notes.
"""

from __future__ import annotations

import re
from collections import Counter
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from effleurage.asked import asked
from effleurage.errors import DataError, Finding, RequestError, nearest, short
from effleurage.files.saliva.headings import FIELDS, SINCE_AWAKENING, heading_of, signed_name
from effleurage.files.saliva.long_and_wide import TubeTable, long_samples, wide_samples
from effleurage.files.table.cells import columns_of, written
from effleurage.files.table.delimited import number_of, read_table, refuse
from effleurage.lab.saliva import assay
from effleurage.lab.saliva.courses import lay_out
from effleurage.lab.wall_clock import zone_named

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 8_000_000
"""Largest saliva table (ours): some 350,000 tubes; keeps memory under 500 MB."""
ZERO_WORDS = ("awakening", "start")
"""What a caller may say that minutes count from."""


@asked
def read_saliva(
    path: str | PathLike[str],
    *,
    analyte: str | None = None,
    unit: str | None = None,
    zero: str | None = None,
    reporting_type: str | None = None,
    zone: str | None = None,
    fluid: str = "saliva",
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Tidy samples of a saliva table (``lab.courses.SAMPLE_COLUMNS``, a row a tube) and notes on how it was read.

    ``analyte``: ``"cortisol"`` or ``"sIgA"``, where the headings leave a choice; ``unit``: where the file does not say
    it; ``zero``: ``"awakening"`` or ``"start"``, what minutes count from; ``reporting_type``: which of several ways in
    which times were reported (CARWatch); ``zone``: IANA name, for clock times with dates; ``fluid``: ``"saliva"`` or
    ``"plasma"``, which bounds what can be.

    Raises ``DataError`` for a file that is no such table, naming rows and columns, and ``RequestError`` for options
    that do not exist.

    Example
    -------
    >>> import effleurage as ef
    >>> samples, notes = ef.read_saliva(ef.example("saliva"))
    >>> len(samples)
    8
    """
    _check_options(analyte, unit, zero, fluid)
    place = zone_named(zone) if zone else None
    table, said = _headed(path)
    notes = list(said)
    fields, findings = columns_of(table, FIELDS)
    refuse(findings)
    _find_since_awakening(table, fields)
    table = _one_reporting_type(table, fields, reporting_type, notes)
    headings = {column: heading_of(table.attrs["headers"][column]) for column in table.columns}
    sheet = TubeTable(table, fields, headings, analyte, unit, zero, place, fluid)
    taken = set(fields.values())
    levels = [c for c, one in headings.items() if c not in taken and one.analyte is not None and not one.is_tube]
    tubes = [c for c, one in headings.items() if c not in taken and one.is_tube]
    if "sample" in fields or (levels and not tubes) or _is_timing_export(fields):
        levels += [c for c in tubes if headings[c].analyte and headings[c].number in (1, 2)]
        if not levels and not _is_timing_export(fields):
            raise DataError(_no_layout(table))
        made = long_samples(sheet, levels, notes)
    elif len(tubes) > 1:
        made = wide_samples(sheet, tubes, notes)
    else:
        raise DataError(_no_layout(table))
    made.attrs["source"] = table.attrs["source"]
    made["fluid"] = fluid
    made = lay_out(made)
    return made, tuple(dict.fromkeys(notes))


def _find_since_awakening(table: pd.DataFrame, fields: dict[str, str]) -> None:
    """A column such as ``minutes after awakening`` holds the times, where no other does."""
    named = [c for c in table.columns if SINCE_AWAKENING.search(c) and c not in fields.values()]
    if named and not {"when", "hours"} & set(fields):
        fields["hours" if re.search(r"hour|stunde|_h(_|$)|^h_", named[0]) else "when"] = named[0]


def _check_options(analyte: str | None, unit: str | None, zero: str | None, fluid: str) -> None:
    findings = []
    if analyte is not None and analyte not in assay.UNITS:
        findings.append(Finding("analyte", f"no analyte '{short(analyte)}'", nearest(analyte[:40], assay.UNITS)))
    if zero is not None and zero not in ZERO_WORDS:
        findings.append(Finding("zero", f"no zero '{short(zero)}'", f"Say one of {', '.join(ZERO_WORDS)}."))
    if fluid not in assay.FLUIDS:
        findings.append(Finding("fluid", f"no fluid '{short(fluid)}'", nearest(fluid[:40], assay.FLUIDS)))
    if unit is not None and not any(assay.unit_named(unit, name) for name in assay.UNITS):
        known = [one for units in assay.UNITS.values() for one in units]
        findings.append(Finding("unit", f"no unit '{short(unit)}'", nearest(unit[:40], known)))
    if findings:
        raise RequestError(findings)


def _headed(path: str | PathLike[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with signs kept in its headings, so that -15 and 15 are two columns."""
    bare, notes = read_table(path, header=False, most_bytes=MOST_BYTES)
    name = bare.attrs["source"]
    header, table = list(bare.iloc[0]), bare.iloc[1:].astype(object)
    if not len(table):
        raise DataError(Finding(name, "holds one row only", "A table has a header and a row below it."))
    if all(_is_number(cell) for cell in header if cell):
        fix = "Name the columns: participant, then the minutes or the tubes."
        raise DataError(Finding(f"{name}, line {bare.index[0]}", "the first row holds numbers, not names", fix))
    while header and not header[-1] and not (table.iloc[:, len(header) - 1] != "").any():
        header.pop()
    width = max((place for place, cell in enumerate(header, 1) if cell), default=0)
    table = table.iloc[:, : len(header)]
    findings = [
        Finding(
            f"{name}, line {line}",
            f"has more fields than the header's {width}",
            "Write decimals with a point, or quote them; remove the rest.",
        )
        for line, wide in zip(table.index, (table.iloc[:, width:] != "").any(axis=1), strict=True)
        if wide
    ]
    refuse(findings)
    table = table.iloc[:, :width]
    names = [signed_name(cell) or f"column_{place}" for place, cell in enumerate(header[:width], 1)]
    twice = [one for one, times in Counter(names).items() if times > 1]
    refuse([Finding(name, f"two columns are called '{short(one)}'", "Give each its own name.") for one in twice])
    table.columns = names
    table.attrs = {**bare.attrs, "headers": dict(zip(names, header[:width], strict=True))}
    return table, tuple(note for note in notes if "filled with nothing" not in note)


def _is_number(cell: str) -> bool:
    try:
        return not np.isnan(number_of(cell))
    except ValueError:
        return False


def _one_reporting_type(
    table: pd.DataFrame, fields: dict[str, str], wanted: str | None, notes: list[str]
) -> pd.DataFrame:
    """The rows of one way of reporting times; the same saliva stands in the table once for each."""
    name = table.attrs["source"]
    if "reporting_type" not in fields:
        if wanted is not None:
            raise RequestError(Finding(name, "has no column 'reporting_type'", "Leave the reporting type out."))
        return table
    column = table[fields["reporting_type"]]
    kinds = list(dict.fromkeys(column))
    if wanted is None and len(kinds) > 1:
        what = f"holds the same samples under {len(kinds)} reporting types, which must not be mixed"
        raise DataError(Finding(name, what, f"Choose a reporting type: {'; '.join(map(short, kinds[:12]))}."))
    if wanted is not None and wanted not in kinds:
        raise RequestError(Finding(name, f"no reporting type '{short(wanted)}'", nearest(wanted[:80], kinds)))
    chosen = kinds[0] if wanted is None else wanted
    notes.append(f"reporting type '{short(chosen)}' of {len(kinds)} in the file")
    kept = table[column == chosen]
    kept.attrs = table.attrs
    return kept


def _is_timing_export(fields: dict[str, str]) -> bool:
    return "clock" in fields and "awakening" in fields


def _no_layout(table: pd.DataFrame) -> Finding:
    columns = ", ".join(f"'{written(table, column)}'" for column in table.columns[:12])
    if any(re.match(r"sampling_time_d\d", column) for column in table.columns):
        fix = (
            "This is a wide export of sampling times without concentrations: bring it together with the laboratory's "
            "values in one row a tube (participant, day, sample, sampling_time, awakening_time, cortisol)."
        )
        return Finding(table.attrs["source"], "holds sampling times and no concentration", fix)
    fix = (
        "Give one row a tube (participant, sample, time, 'cortisol (nmol/L)'), or one row a person with a column a "
        "tube ('0', '15', '30' for minutes, or 'S0', 'S1')."
    )
    if "concentration" not in columns and re.search(
        r"amylase|dhea|melatonin|testosteron|il[-_ ]?\d|crp", columns, re.I
    ):
        fix = f"Only {' and '.join(assay.UNITS)} are read from saliva; leave the others out."
    return Finding(table.attrs["source"], f"no concentration is found among {columns}", fix)
