from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from effleurage.errors import RequestError
from effleurage.people.simulate import simulate
from effleurage.protocol.model import Protocol
from effleurage.runs.single import check_file, check_folder, write_run


def test_a_run_can_be_read_again_and_proves_itself(tmp_path: Path, short: Protocol) -> None:
    world = simulate(short, 2, keep=["cortisol"])
    folder = tmp_path / "run"
    write_run(folder, {"trajectory": world}, pd.DataFrame({"quantity": ["cortisol"]}), {"seed": 1})
    about = json.loads((folder / "run.json").read_text())
    assert about["seed"] == 1
    assert about["units"] == {"cortisol": "nmol_per_L"}
    assert {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in about["sha256"]} == about["sha256"]
    table = pd.read_parquet(folder / "trajectory.parquet")
    assert table["cortisol"].to_numpy().reshape(world["cortisol"].shape) == pytest.approx(world["cortisol"].values)


def test_a_folder_beside_it_is_somebody_elses(tmp_path: Path, short: Protocol) -> None:
    names = ("run.part", ".run.part", "run.tmp", "run~")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("mine")
    write_run(tmp_path / "run", {"trajectory": simulate(short, 2, keep=["cortisol"])}, pd.DataFrame(), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["run", *names])
    assert [(tmp_path / name / "thesis.txt").read_text() for name in names] == ["mine"] * len(names)


@pytest.mark.parametrize("name", [".", "..", "/", "x/..", "x" * 300, "y" * 256 + "/run"])
def test_a_name_that_no_folder_can_have_is_refused(name: str) -> None:
    with pytest.raises(RequestError) as refused:
        check_folder(Path(name))
    (finding,) = refused.value.findings
    assert "Name" in finding.fix or "name" in finding.fix
    assert len(str(finding)) < 200


@pytest.mark.parametrize("name", ["x" * 300 + ".html", "y" * 256 + "/page.html"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="no such name can be"):
        check_file(Path(name))


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RequestError, match="not empty"):
        check_folder(tmp_path)


def test_a_file_where_none_can_be_is_refused(tmp_path: Path) -> None:
    check_file(tmp_path / "page.html")
    for place in (tmp_path, tmp_path / "nowhere" / "page.html"):
        with pytest.raises(RequestError, match="no file can be written there"):
            check_file(place)
