from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from effleurage.engine.run import lanes_of
from effleurage.errors import EffleurageError, RequestError, RunError
from effleurage.runs import carry_out as cohort_run
from effleurage.runs import disk
from effleurage.runs import folder as cohort_folder
from effleurage.runs.asked import CHUNK, Asked
from effleurage.runs.chunks import chunk_findings, chunk_folder, is_done, sweep, write_chunk
from effleurage.runs.folder import _proof, asked_of, begin, findings_of, finish, manifest_of, same_protocol

DAY = "title: x\ndays: 1\ntimeline:\n  - day 1 10:00: massage, swedish, moderate pressure, back, 30 min\n"
ASKED = Asked(DAY, 5, against=DAY.replace("massage, swedish", "massage, reflexology"), chunk=2, keep=("cortisol",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    begin(tmp_path / "run", ASKED)
    return tmp_path / "run"


def fill(part: Path) -> None:
    (part / "deep").mkdir()
    (part / "deep" / "a").write_text("a")
    (part / "b").write_text("b")


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_chunk_is_whole_blocks_of_lanes() -> None:
    assert CHUNK % lanes_of("double") == CHUNK % lanes_of("single") == 0


def test_what_was_asked_for_is_read_again(folder: Path) -> None:
    assert asked_of(folder) == ASKED
    assert sorted(path.name for path in folder.iterdir()) == ["chunks", "control.yaml", "protocol.yaml", "run.json"]
    persons = [ASKED.cohort(ASKED.worlds(), number).persons.tolist() for number in range(ASKED.chunks)]
    assert persons == [[0, 1], [2, 3], [4]]


def test_a_run_that_cannot_be_is_refused_with_everything_at_once(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    wrong = Asked(DAY, 0, chunk=0, settings={"agee": 3.0})
    with pytest.raises(RequestError) as refused:
        begin(tmp_path, wrong)
    said = str(refused.value)
    for words in ("0 persons", "in a chunk", "not empty", "Did you mean 'age'"):
        assert words in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_edited_protocols_and_other_versions_are_named_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "protocol.yaml").write_text(DAY.replace("30 min", "40 min"))
    (folder / "control.yaml").unlink()
    monkeypatch.setattr(cohort_folder, "versions", lambda: {"effleurage": "9.9", "jaxlib": "0.0"})
    with pytest.raises(RequestError) as refused:
        asked_of(folder)
    where = [Path(finding.where).name for finding in refused.value.findings]
    assert where == ["run.json", "protocol.yaml", "control.yaml"]
    assert "effleurage 9.9" in str(refused.value)
    assert socket.gethostname() in str(refused.value)
    (folder / "protocol.yaml").write_text(DAY)
    (folder / "control.yaml").write_text(ASKED.against)
    assert asked_of(folder, same_version=False) == ASKED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "not the manifest"),
        ("[1", "not the manifest"),
        ("[" * 100_000, "not the manifest"),
        ('{"format": 99}', "another format"),
        (None, "not there"),
    ],
)
def test_a_folder_that_is_none_of_ours(tmp_path: Path, text: str | None, said: str) -> None:
    if text:
        (tmp_path / "run.json").write_text(text)
    with pytest.raises(RequestError, match=said):
        asked_of(tmp_path)


def test_an_edited_manifest_and_another_format_are_told_apart(folder: Path) -> None:
    edit(folder / "run.json", people=6)
    with pytest.raises(RequestError, match="not as it was written"):
        asked_of(folder)
    edit(folder / "run.json", format=2)
    with pytest.raises(RequestError, match="another format"):
        asked_of(folder)


def test_another_protocol_is_refused(folder: Path) -> None:
    with pytest.raises(RequestError, match="not the protocol that"):
        same_protocol(folder, DAY + "\n", "mine.yaml")
    same_protocol(folder, DAY, "mine.yaml")


def test_a_chunk_appears_whole_or_not_at_all(folder: Path) -> None:
    def broken(part: Path) -> None:
        fill(part)
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        write_chunk(folder, 1, broken, manifest_of(folder)["proof"])
    assert list((folder / "chunks").iterdir()) == []
    first = write_chunk(folder, 1, fill, manifest_of(folder)["proof"])
    assert (is_done(folder, 0), is_done(folder, 1)) == (False, True)
    assert chunk_findings(folder, 1, manifest_of(folder)["proof"]) == []
    assert write_chunk(folder, 1, fill, manifest_of(folder)["proof"]) == first
    assert [path.name for path in (folder / "chunks").iterdir()] == ["000001"]


@pytest.mark.parametrize("harm", ["change", "remove", "add", "no sums"])
def test_a_chunk_that_was_harmed_is_named_with_its_file_and_the_fix(folder: Path, harm: str) -> None:
    for number in (0, 1):
        write_chunk(folder, number, fill, manifest_of(folder)["proof"])
    chunk = chunk_folder(folder, 1)
    harms: dict[str, Callable[[], object]] = {
        "change": lambda: (chunk / "deep" / "a").write_text("c"),
        "remove": lambda: (chunk / "deep" / "a").unlink(),
        "add": lambda: (chunk / "c").write_text("c"),
        "no sums": lambda: (chunk / "done.json").write_text("{"),
    }
    harms[harm]()
    (finding,) = findings_of(folder, ASKED)
    assert finding.where == str(chunk)
    assert finding.what.startswith({"add": "c ", "no sums": "done.json"}.get(harm, "deep/a"))
    assert f"rm -r {chunk}" in finding.fix


def test_what_the_dead_left_is_swept_and_the_living_are_left_alone(folder: Path) -> None:
    host = socket.gethostname()
    dead = next(process for process in range(400_000, 4_000_000) if not Path(f"/proc/{process}").exists())
    for name in (f"000000.{host}.{dead}.part", f"000001.{host}.{os.getpid()}.part", f"000002.else.where.{dead}.part"):
        (folder / "chunks" / name).mkdir()
    sweep(folder)
    left = sorted(path.name for path in (folder / "chunks").iterdir())
    assert left == [f"000001.{host}.{os.getpid()}.part", f"000002.else.where.{dead}.part"]


def test_what_is_not_ours_among_the_chunks_stops_nobody(folder: Path) -> None:
    for name in ("foo.part", "000000.part", f"000000.{socket.gethostname()}.{'9' * 20}.part", "000000.a.b.c.part"):
        (folder / "chunks" / name).mkdir()
    sweep(folder)
    assert len(list((folder / "chunks").iterdir())) == 4


def test_a_folder_beside_it_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "run.part").mkdir()
    (tmp_path / "run.part" / "thesis.txt").write_text("mine")
    begin(tmp_path / "run", ASKED)
    assert (tmp_path / "run.part" / "thesis.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run.part"]


@pytest.mark.parametrize("changes", [{"seed": 2}, {"people": 4}, {"precision": "single"}, {"settings": {"age": 60.0}}])
def test_a_chunk_of_another_run_is_refused(changes: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    begin(other, replace(ASKED, **changes))
    write_chunk(other, 0, fill, manifest_of(other)["proof"])
    write_chunk(folder, 1, fill, manifest_of(folder)["proof"])
    assert findings_of(folder, ASKED) == []
    shutil.copytree(chunk_folder(other, 0), chunk_folder(folder, 0))
    (finding,) = findings_of(folder, ASKED)
    assert finding.where == str(chunk_folder(folder, 0))
    assert "computed for another run" in finding.what
    assert f"rm -r {chunk_folder(folder, 0)}" in finding.fix


def test_a_worker_of_a_run_that_is_gone_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is still busy when another run has begun at that place."""
    place = tmp_path / "run"
    begin(place, ASKED)
    other = tmp_path / "other"
    begin(other, replace(ASKED, seed=2))

    class Busy:
        def carry_out(self, *_: object, **__: object) -> list[object]:
            shutil.rmtree(place)
            other.rename(place)
            return [None, None]

    monkeypatch.setattr(cohort_run, "_ready", lambda folder, manifest: (ASKED, Busy()))
    monkeypatch.setattr(Asked, "cohort", lambda *_: None)
    with pytest.raises(RunError, match="another run"):
        cohort_run.compute_chunk(str(place), 0)
    assert list((place / "chunks").iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "null", "[]", '{"sha256": []}', '{"sha256": {}}', '{"sha256": {}, "cpu": 1}', "[" * 100_000]
)
def test_a_chunk_that_says_nothing_sound_of_itself_is_named(text: str, folder: Path) -> None:
    write_chunk(folder, 0, fill, manifest_of(folder)["proof"])
    (chunk_folder(folder, 0) / "done.json").write_text(text)
    (finding,) = findings_of(folder, ASKED)
    assert "is not what was written" in finding.what


def with_proof(folder: Path, **changes: object) -> None:
    """Change the manifest and its proof."""
    manifest = {**json.loads((folder / "run.json").read_text()), **changes}
    edit(folder / "run.json", **changes, proof=cohort_folder._proof(manifest))


@pytest.mark.parametrize(
    "changes",
    [{"people": "x"}, {"people": 10**12}, {"people": 0}, {"chunk": 0}, {"seed": None}, {"against": 1}, {"keep": {}}],
)
def test_a_manifest_that_proves_itself_and_is_none_is_refused(changes: dict[str, Any], folder: Path) -> None:
    with_proof(folder, **changes)
    with pytest.raises(RequestError, match="not the manifest"):
        asked_of(folder)


ODD: tuple[Any, ...] = (
    *(None, True, -1, 1.5, 10**30, float("nan"), float("inf"), "x", "", "quad", [], [1], [[]], ["x"], {}, {"x": "y"}),
    *({"x": []}, {"../run.json": "y"}, {"protocol.yaml": 1}, {"control.yaml": "y"}, {"age": {"value": "x"}}),
)


FIELDS = "people chunk seed traces beyond precision body without keep settings versions cpu protocol against cpus"


@pytest.mark.parametrize("name", [*FIELDS.split(), "sha256", "format", "no field of ours"])
def test_odd_hands_in_a_manifest_meet_findings(name: str, folder: Path) -> None:
    """Every odd value of a field is refused with findings, or asks for a run that can be."""
    text = (folder / "run.json").read_text()
    ends = []
    for value in ODD:
        (folder / "run.json").write_text(text)
        with_proof(folder, **{name: value})
        try:
            findings_of(folder, asked_of(folder, same_version=False))
            asked = asked_of(folder)
            asked.cohort(asked.worlds(), 0).constants(asked.worlds().body, asked.worlds().program)
            ends.append("can be")
        except EffleurageError as refusal:
            ends.append(str(refusal))
    assert all(ends)
    assert ({*ends} == {"can be"}) is (name == "no field of ours")


def test_a_manifest_without_a_field_is_none(folder: Path) -> None:
    text = (folder / "run.json").read_text()
    needed = [name for name in json.loads(text) if name not in ("beyond", "title")]
    for name in needed:
        manifest = {key: value for key, value in json.loads(text).items() if key != name}
        proof = {} if name == "proof" else {"proof": cohort_folder._proof(manifest)}
        (folder / "run.json").write_text(json.dumps(manifest | proof))
        with pytest.raises(RequestError, match="not the manifest"):
            asked_of(folder)


@pytest.mark.parametrize("sums", [{}, {"summary.parquet": "x"}])
def test_sums_that_are_not_of_everything_prove_nothing(sums: dict[str, str], folder: Path) -> None:
    for number in range(ASKED.chunks):
        write_chunk(folder, number, fill, manifest_of(folder)["proof"])
    (folder / "summary.parquet").write_bytes(b"summary")
    finish(folder, ASKED)
    assert findings_of(folder, ASKED) == []
    edit(folder / "run.json", sha256=sums)
    assert [Path(one.where).name for one in findings_of(folder, ASKED)] == ["summary.parquet", *["done.json"] * 3]


def test_chunks_that_were_swapped_are_named(folder: Path) -> None:
    chunks = folder / "chunks"
    for number in (0, 1):
        write_chunk(folder, number, fill, manifest_of(folder)["proof"])
    for old, new in (("000000", "x"), ("000001", "000000"), ("x", "000001")):
        (chunks / old).rename(chunks / new)
    found = findings_of(folder, ASKED)
    assert [(Path(one.where).name, one.what) for one in found] == [
        ("000000", "holds the people of chunk 1"),
        ("000001", "holds the people of chunk 0"),
    ]


def test_a_chunk_that_does_not_say_of_which_run_it_is_is_refused(folder: Path) -> None:
    write_chunk(folder, 0, fill, manifest_of(folder)["proof"])
    done = chunk_folder(folder, 0) / "done.json"
    done.write_text(json.dumps({name: one for name, one in json.loads(done.read_text()).items() if name != "run"}))
    (finding,) = findings_of(folder, ASKED)
    assert "computed for another run" in finding.what


def test_a_chunk_beyond_the_last_is_named_and_other_things_are_nobodys_business(folder: Path) -> None:
    for name in ("000003", "9999999", "notes", "12", ".DS_Store"):
        (folder / "chunks" / name).mkdir()
    assert [Path(one.where).name for one in findings_of(folder, ASKED)] == ["000003", "9999999"]
    assert "has 3" in findings_of(folder, ASKED)[0].what


@pytest.mark.parametrize("name", ["run.json", "protocol.yaml", "chunks/000000/done.json", "chunks/000000/b"])
def test_a_pipe_in_the_place_of_a_file_is_named_and_waited_for_by_nobody(name: str, folder: Path) -> None:
    write_chunk(folder, 0, fill, manifest_of(folder)["proof"])
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(RequestError) as refused:
        found = findings_of(folder, asked_of(folder))
        raise RequestError(found)
    assert Path(refused.value.findings[0].where).name in ("run.json", "protocol.yaml", "000000")


def test_a_pipe_in_the_place_of_the_summary_is_named(folder: Path) -> None:
    for number in range(ASKED.chunks):
        write_chunk(folder, number, fill, manifest_of(folder)["proof"])
    (folder / "summary.parquet").write_bytes(b"summary")
    finish(folder, ASKED)
    (folder / "summary.parquet").unlink()
    os.mkfifo(folder / "summary.parquet")
    (finding,) = findings_of(folder, ASKED)
    assert finding.where.endswith("summary.parquet")


def test_two_commands_do_not_work_in_one_folder(folder: Path) -> None:
    with disk.alone(folder), pytest.raises(RequestError, match="another effleurage"), disk.alone(folder):
        pass
    with disk.alone(folder):
        assert folder.is_dir()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "the disk is full; finished chunks are kept. Make room"),
        (OSError(13, "Permission denied"), "cannot be written (Permission denied). Allow writing"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_what_the_disk_refuses_is_said_with_the_way_on(error: OSError, said: str, tmp_path: Path) -> None:
    with pytest.raises(RunError) as refused, disk.disk(tmp_path / "my run"):
        raise error
    assert said in str(refused.value)
    assert f"effleurage simulate --resume '{tmp_path / 'my run'}'" in str(refused.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(folder: Path) -> None:
    (folder / "chunks").chmod(0o555)
    with pytest.raises(RunError, match="cannot be written"), disk.disk(folder):
        write_chunk(folder, 0, fill, manifest_of(folder)["proof"])


@pytest.mark.parametrize(("older", "taken"), [({}, False), ({"beyond": True}, True)])
def test_a_run_of_a_version_that_could_not_take_far_settings_is_read(
    older: dict[str, bool], taken: bool, folder: Path
) -> None:
    manifest = manifest_of(folder)
    assert manifest.pop("beyond") is False

    def write(manifest: dict[str, Any]) -> None:
        (folder / "run.json").write_text(json.dumps({**manifest, "proof": _proof(manifest)}), encoding="utf-8")

    write(manifest | older)
    assert asked_of(folder) == replace(ASKED, beyond=taken)
    write(manifest | {"beyond": 1})
    with pytest.raises(RequestError, match="is not the manifest of a cohort run"):
        asked_of(folder)
