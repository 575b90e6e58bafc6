"""The same tubes written long and wide are the same samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from effleurage.errors import DataError
from effleurage.files.saliva.tubes import read_saliva

LEVELS = {"A": (8.0, 14.5, 11.0), "B": (6.5, 9.0, 10.5)}
MINUTES = (0, 30, 45)


def samples(folder: Path, text: str) -> pd.DataFrame:
    path = folder / "saliva.csv"
    path.write_text(text, encoding="utf-8")
    return read_saliva(path)[0]


def long() -> str:
    rows = [
        f"{who},{tube + 1},{minute},{levels[tube]}"
        for who, levels in LEVELS.items()
        for tube, minute in enumerate(MINUTES)
    ]
    return "\n".join(["participant,sample,minutes,cortisol (nmol/L)", *rows]) + "\n"


def wide() -> str:
    head = ",".join(f"cortisol {minute} min (nmol/L)" for minute in MINUTES)
    rows = [f"{who},{','.join(map(str, levels))}" for who, levels in LEVELS.items()]
    return "\n".join([f"participant,{head}", *rows]) + "\n"


def of(table: pd.DataFrame, column: str) -> dict[str, list[float]]:
    ordered = table.sort_values(["participant", "order"])
    return {str(who): rows[column].tolist() for who, rows in ordered.groupby("participant")}


@pytest.mark.parametrize("text", [long(), wide()], ids=["long", "wide"])
def test_levels_and_minutes_of_both_layouts(tmp_path: Path, text: str) -> None:
    table = samples(tmp_path, text)
    assert of(table, "concentration") == {who: list(levels) for who, levels in LEVELS.items()}
    minutes = of(table, "planned" if text == wide() else "minutes")
    assert minutes == {who: [float(minute) for minute in MINUTES] for who in LEVELS}
    assert set(table["unit"]) == {"nmol/L"} and set(table["analyte"]) == {"cortisol"}


def test_two_determinations_stand_beside_each_other(tmp_path: Path) -> None:
    text = "participant,sample,minutes,cortisol 1 (nmol/L),cortisol 2 (nmol/L)\nA,1,0,8,8.4\nA,2,30,14,13\n"
    table = samples(tmp_path, text)
    np.testing.assert_allclose(table["concentration"], [8, 14])
    np.testing.assert_allclose(table["duplicate"], [8.4, 13])


def test_a_tube_or_a_person_without_a_name_is_refused_with_its_line(tmp_path: Path) -> None:
    for cells, words in ((",1,0,8", "line 2.*no participant"), ("A,,0,8", "line 2.*the tube has no name")):
        with pytest.raises(DataError, match=words):
            samples(tmp_path, f"participant,sample,minutes,cortisol (nmol/L)\n{cells}\nA,2,30,9\n")


def test_flow_is_volume_by_minutes_and_unknown_without_any(tmp_path: Path) -> None:
    head = "participant,sample,minutes,cortisol (nmol/L),volume (mL),collection time (min)"
    table = samples(tmp_path, f"{head}\nA,1,0,8,1.5,3\nA,2,30,9,1,0\n")
    np.testing.assert_array_equal(table["flow"], [0.5, np.nan])
