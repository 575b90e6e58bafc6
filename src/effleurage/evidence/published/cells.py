"""Cells of a CSV file as typed rows: each fault found at once, with its file, row, column and fix.

A row is a pydantic model whose fields are the columns. An empty cell means what the field usually is; where it is
usually nothing, something must be said.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest
from math import inf, isfinite
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError, ValidationInfo

from effleurage.errors import Finding, ProtocolError, nearest, short
from effleurage.protocol.nodes import read_text

Row = TypeVar("Row", bound=BaseModel)
Tables = Mapping[str, Collection[str]]
"""Closed lists by name, as ``listed`` asks for them."""

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_SILENT = "nothing is said"


class Fault(ValueError):
    """What a validator raises: ``what`` is wrong with a cell, and the ``fix``."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what}. {fix}")
        self.what, self.fix = what, fix


def amount(least: float = -inf, most: float = inf, *, whole: bool = False, above: float = -inf) -> BeforeValidator:
    """A number as people write it, from ``least`` to ``most`` and more than ``above``; ``whole`` for a count."""
    kind = "whole number" if whole else "number"
    ends = [f"more than {above:g}"] if isfinite(above) else []
    ends += [f"{least:g} or more"] if isfinite(least) else []
    span = " and ".join(ends) + (f" and at most {most:,.0f}" if isfinite(most) else "")
    fix = f"Give a {kind}, {span}." if span else f"Give a {kind}."

    def read(cell: object) -> object:
        if cell is None:
            return None
        if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
            raise Fault(f"'{short(cell)}' cannot be" if cell else _SILENT, fix)
        number = float(cell) if isinstance(cell, str | int | float) else inf
        fits = isfinite(number) and above < number and least <= number <= most
        if not fits or (whole and number != int(number)):
            raise Fault(f"'{short(str(cell))}' cannot be", fix)
        return int(number) if whole else number

    return BeforeValidator(read)


def listed(table: str) -> AfterValidator:
    """A word of a closed list, which the reader of the file brings by the name ``table``; without one, any word."""

    def check(word: str, info: ValidationInfo) -> str:
        words = (info.context or {}).get(table)
        if words is not None and word not in words:
            raise Fault(f"'{short(word)}' is not known" if word else _SILENT, nearest(word[:60], words))
        return word

    return AfterValidator(check)


def needed(what: str = _SILENT, fix: str = "Fill it in.") -> AfterValidator:
    """A text that may not be empty."""

    def check(text: str) -> str:
        if not text:
            raise Fault(what, fix)
        return text

    return AfterValidator(check)


def _yes_or_no(cell: object) -> object:
    if isinstance(cell, str) and cell not in ("yes", "no"):
        raise Fault(f"'{short(cell)}' is neither yes nor no" if cell else _SILENT, "Say yes or no.")
    return cell if isinstance(cell, bool) else cell == "yes"


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]


def read_rows(
    path: Path, model: type[Row], findings: list[Finding], tables: Tables | None = None, *, every: bool = False
) -> Iterator[tuple[int, Row]]:
    """Line and typed row of every line that is one; what is wrong with the others is added to ``findings``.

    ``tables``: the closed lists that ``listed`` cells are words of. ``every``: whether every column must be there, not
    only those without a usual value. No row comes of a file without a column that must be there.
    """
    usual = {name for name, field in model.model_fields.items() if not field.is_required()}
    columns = [name for name in model.model_fields if every or name not in usual]
    for line, cells in _lines(path, columns, tuple(model.model_fields), findings):
        said = {name: cell for name, cell in cells.items() if cell or name not in usual}
        try:
            row = model.model_validate(said, context=tables)
        except ValidationError as error:
            findings += [_finding(f"{path} row {line}", one, model) for one in error.errors()]
        else:
            yield line, row


def _lines(
    path: Path, needs: Sequence[str], known: Collection[str], findings: list[Finding]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and cells of every line with no more cells than columns, if all the columns are there that it ``needs``."""
    try:
        reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        columns = next(reader, [])
        findings += [Finding(f"{path}, first row", what, fix) for what, fix in _wrong_columns(columns, needs, known)]
        if not set(needs) <= set(columns):
            return
        for row in reader:
            if any(row[len(columns) :]):
                what = f"{len(row)} fields under {len(columns)} columns"
                fix = 'Put a field that holds a comma in quotes ("…").'
                findings.append(Finding(f"{path} row {reader.line_num}", what, fix))
            elif any(row):
                cells = dict(zip_longest(columns, row[: len(columns)], fillvalue=""))
                yield reader.line_num, {name: cell.strip() for name, cell in cells.items() if name in known}
    except ProtocolError as refused:
        why = "; ".join(one.what for one in refused.findings)
        findings.append(Finding(str(path), f"cannot be read ({why})", "Give a CSV file in UTF-8."))
    except csv.Error as error:
        what, fix = f"is no row of a CSV file ({error})", "Check its quotes, and the length of its fields."
        findings.append(Finding(f"{path} row {reader.line_num}", what, fix))


def _wrong_columns(columns: Sequence[str], needs: Sequence[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the first row, and the fix."""
    for name in needs:
        if name not in columns:
            yield f"there is no column '{name}'", f"Give {', '.join(needs)}."
    for name, count in Counter(columns).items():
        if name not in known:
            yield f"no column is called '{short(name)}'", nearest(name[:60], known)
        elif count > 1:
            yield f"the column '{name}' is there {count} times", "Keep one of them."


def _finding(where: str, error: Mapping[str, Any], model: type[BaseModel]) -> Finding:
    """A fault that pydantic found, in our words."""
    name, cell, told = str(error["loc"][0]), str(error["input"]), error.get("ctx", {}).get("error")
    if isinstance(told, Fault):
        return Finding(f"{where}, {name}", told.what, told.fix)
    words = [str(word) for word in get_args(model.model_fields[name].annotation) if word]
    what = f"'{short(cell)}' is not known" if cell else _SILENT
    return Finding(f"{where}, {name}", what, nearest(cell[:60], words) if words else str(error["msg"]))


def cell_of(value: Any) -> str:
    """A value as the cell that it was read from: nothing is empty, a number has no more figures than it needs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value)
