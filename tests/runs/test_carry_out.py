"""Interruptions of every kind, and the bytes afterwards: those of a run that nobody interrupted.

``EFFLEURAGE_KILLS`` says how many runs are killed at random moments.
"""

from __future__ import annotations

import errno
import json
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from effleurage.errors import EffleurageError, Finding, RequestError, RunError
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import twin
from effleurage.people.summary import ERROR
from effleurage.protocol.reading import parse_protocol
from effleurage.runs import carry_out as cohort_run
from effleurage.runs import cluster
from effleurage.runs import folder as cohort_folder
from effleurage.runs.asked import Asked
from effleurage.runs.carry_out import carry_out, chunks_done
from effleurage.runs.chunks import chunk_folder, is_done
from effleurage.runs.disk import checksums
from effleurage.runs.folder import begin
from effleurage.runs.open import open_run

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("EFFLEURAGE_KILLS", "3"))
DAY = "title: x\ndays: 1\ntimeline:\n  - day 1 10:00: massage, swedish, moderate pressure, back, 30 min\n"
KEPT = ("cortisol", "heart_rate")
ASKED = Asked(DAY, 40, against="rest", chunk=16, keep=KEPT)
GO_ON = (
    "import sys; from pathlib import Path; from effleurage.runs.carry_out import carry_out; print('go', flush=True); "
)
GO_ON += "carry_out(Path(sys.argv[1]), workers=int(sys.argv[2]))"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody interrupted."""
    folder = tmp_path_factory.mktemp("cohort") / "whole"
    begin(folder, ASKED)
    carry_out(folder)
    return folder


@pytest.fixture
def begun(whole: Path, tmp_path: Path) -> Path:
    """The same run with one chunk of three."""
    return with_chunks(whole, tmp_path / "run", 1)


def with_chunks(whole: Path, folder: Path, number: int) -> Path:
    begin(folder, ASKED)
    for chunk in range(number):
        shutil.copytree(chunk_folder(whole, chunk), chunk_folder(folder, chunk))
    return folder


def start(*words: str) -> subprocess.Popen[str]:
    here = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        [sys.executable, *words], env=here, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_the_summary_is_that_of_all_people_together(whole: Path) -> None:
    together = twin(parse_protocol(DAY), "rest", 40, keep=KEPT)
    run = open_run(whole)
    assert run.persons["person"].tolist() == list(range(40))
    assert (run.persons["status_control"] == "ok").all()
    worlds = {"treated": together.treated, "control": together.control, "difference": together.difference}
    for (world, quantity), table in run.summary.groupby(["world", "quantity"], sort=False):
        exact = worlds[world][quantity].values
        assert (table["time"].to_numpy() == together.treated.time.values).all()
        assert table["mean"].to_numpy() == pytest.approx(exact.mean(axis=1), rel=1e-12, abs=1e-15)
        assert table["sd"].to_numpy() == pytest.approx(exact.std(axis=1, ddof=1), rel=1e-9, abs=1e-12)
        assert (table["low"].to_numpy() == exact.min(axis=1)).all()
        assert (table["people"] == 40).all()
        sizes = np.abs(np.sort(exact, axis=1))
        near = ERROR * 1.001 * np.maximum(sizes[:, 19], sizes[:, 20])
        assert (np.abs(table["q50"].to_numpy() - np.median(exact, axis=1)) <= near).all()
    assert len(run.summary) == 3 * 2 * together.treated.sizes["time"]
    for name in ("treated", "control"):
        traced = run.worlds[name]["cortisol"]
        assert traced.attrs["units"] == "nmol/L"
        assert not isinstance(traced.variable._data, np.ndarray)
        assert (traced.values == worlds[name]["cortisol"].values).all()


def test_a_run_that_was_stopped_and_gone_on_with_has_the_same_bytes(whole: Path, begun: Path) -> None:
    def stop(done: float) -> None:
        if done > 1.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(begun, stop)
    assert [path.name for path in (begun / "chunks").iterdir()] == ["000000"]
    with pytest.raises(RequestError, match="1 of 3 chunks"):
        open_run(begun)
    told: list[float] = []
    carry_out(begun, told.append)
    assert told[0] == 1
    assert told == sorted(told)
    assert told[-1] == 3
    assert checksums(begun) == checksums(whole)


@pytest.mark.slow
def test_runs_that_were_killed_have_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    moments = random.Random(time.time())
    lasting = 4.0
    for turn in range(KILLS):
        folder = with_chunks(whole, tmp_path / f"run {turn}", moments.choice((1, 2)))
        process = start("-c", GO_ON, str(folder), "0")
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        began = time.monotonic()
        try:
            process.communicate(timeout=moments.uniform(0, lasting))
            lasting = max(0.5, time.monotonic() - began)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        carry_out(folder)
        assert checksums(folder) == checksums(whole), f"killed after {time.monotonic() - began:.2f} s"


@pytest.mark.slow
def test_two_processes_have_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    folder = with_chunks(whole, tmp_path / "run", 0)
    process = start("-c", f"if __name__ == '__main__':\n    {GO_ON}", str(folder), "2")
    _, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (0, "")
    assert checksums(folder) == checksums(whole)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A real scheduler, started by hand as docs/cluster.md says."""
    file = tmp_path / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    process = start("-m", "dask", "scheduler", *words)
    try:
        while not (file.exists() and file.read_text()):
            assert process.poll() is None
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_only_its_chunk(whole: Path, tmp_path: Path, scheduler: str) -> None:
    folder = with_chunks(whole, tmp_path / "run", 0)
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    workers = [start("-m", "dask", "worker", scheduler, *options) for _ in range(2)]
    killed: list[int] = []

    def kill(done: float) -> None:
        if done >= 1 and not killed:
            workers[0].send_signal(signal.SIGKILL)
            killed.append(int(done))

    try:
        carry_out(folder, kill, scheduler=scheduler)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert killed == [1]
    assert checksums(folder) == checksums(whole)


@pytest.mark.slow
def test_a_worker_still_busy_for_a_dead_client_writes_nothing_into_the_next_run(tmp_path: Path, scheduler: str) -> None:
    """The client is killed while a chunk is in work, its folder is removed, and another run begins at its place."""
    place, alone = tmp_path / "run", tmp_path / "alone"
    longer = replace(ASKED, people=4096, chunk=2048, traces=False)
    other = replace(longer, seed=2)
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    worker = start("-m", "dask", "worker", scheduler, *options)
    try:
        begin(place, longer)
        client = start("-c", f"{GO_ON.rpartition(',')[0]}, scheduler=sys.argv[2])", str(place), scheduler)
        assert client.stdout is not None
        assert client.stdout.readline() == "go\n"
        time.sleep(5)
        client.kill()
        client.communicate()
        assert not is_done(place, 1)
        shutil.rmtree(place)
        begin(place, other)
        carry_out(place, scheduler=scheduler)
    finally:
        worker.kill()
        worker.communicate()
    begin(alone, other)
    carry_out(alone)
    assert checksums(place) == checksums(alone)
    open_run(place)


def test_a_scheduler_that_does_not_answer(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(RunError, match="no scheduler answers") as refused:
            carry_out(begun, scheduler=address)
        assert refused.value.findings[0].where == address
        assert "dask scheduler" in str(refused.value)
    assert is_done(begun, 0)


GREETINGS = {
    "words": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "nothing": b"",
    "a length and no greeting": b"\x20" + bytes(7) + b"x" * 32,
    "a huge length": b"\xff" * 8,
    "too little": b"abc",
}
"""What other services say first; Dask takes words for a length and waits for ever where nothing comes."""


@pytest.mark.parametrize("greeting", GREETINGS)
@pytest.mark.parametrize("scheme", ["tcp://", ""])
def test_what_answers_and_is_no_scheduler(
    greeting: str, scheme: str, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(30)
        lines: list[socket.socket] = []

        def answer() -> None:
            line, _ = service.accept()
            line.sendall(GREETINGS[greeting])
            lines.append(line)

        answering = threading.Thread(target=answer)
        answering.start()
        began = time.monotonic()
        with pytest.raises(RunError, match="no scheduler answers") as refused:
            carry_out(begun, scheduler=f"{scheme}127.0.0.1:{service.getsockname()[1]}")
        answering.join()
        for line in lines:
            line.close()
    assert time.monotonic() - began < 20
    assert len(refused.value.findings) == 1 and "dask scheduler" in str(refused.value)


@pytest.mark.parametrize(
    "address", ["[/b]", "tcp://127.0.0.1", "tcp://127.0.0.1:99999999", "http://127.0.0.1:1", "x" * 5000]
)
def test_an_address_that_cannot_be(address: str, begun: Path) -> None:
    with pytest.raises(RunError, match="no scheduler answers"):
        carry_out(begun, scheduler=address)


def test_a_scheduler_without_workers(begun: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_LONELY", 0.1)
    with pytest.raises(RunError, match="dask worker ADDRESS"):
        carry_out(begun, scheduler=scheduler)
    assert is_done(begun, 0)


def test_a_scheduler_that_is_lost(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Alone:
        def scheduler_info(self, n_workers: int) -> dict[str, list[int]]:
            return {"workers": [1]}

        def submit(self, *_: object, pure: bool) -> Over:
            return Over("cancelled")

    alone: Any = Alone()
    monkeypatch.setattr(cluster, "_finished", lambda running: set(running))
    with pytest.raises(RunError, match="the scheduler was lost; finished chunks are kept. Start it again"):
        list(cluster.each(alone, cohort_run.compute_chunk, begun, [1, 2]))


def test_a_chunk_that_went_elsewhere_is_noticed(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_LONELY", 0.0)
    cluster._see(begun, 0)
    with pytest.raises(RunError, match="chunk 1 and it is not there. Let all machines see the same folder"):
        cluster._see(begun, 1)


class Over:
    """A future that is over."""

    def __init__(self, status: str, error: Exception | None = None) -> None:
        self.status, self._error = status, error

    def exception(self) -> Exception | None:
        return self._error


def killed_worker() -> Exception:
    from distributed.scheduler import KilledWorker

    return KilledWorker("task", None, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("future", "said"),
    [
        (lambda: Over("error", killed_worker()), "want of memory; finished chunks are kept.*smaller --chunk"),
        (lambda: Over("error", RunError(Finding("RUN", "the disk is full", "Make room."))), "RUN: the disk is full"),
        (lambda: Over("error", ModuleNotFoundError("No module named 'jax'")), "a worker failed: ModuleNotFound"),
    ],
)
def test_what_a_worker_says_is_one_finding_and_no_traceback(future: Any, said: str) -> None:
    with pytest.raises(EffleurageError, match=said) as refused:
        cluster._check(future(), Path("RUN"))
    assert len(refused.value.findings) == 1


def test_a_finding_travels_between_processes() -> None:
    error = RunError([Finding("a", "b", "c"), Finding("d", "e", "f")])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), again.findings) == (RunError, error.findings)


class Still:
    """Worlds in which nothing is computed."""

    protocols = (parse_protocol(DAY),)

    def __init__(self) -> None:
        self.body = ASKED.worlds().body

    def carry_out(self, cohort: Cohort, progress: object, *, remember: bool, warn: bool) -> list[xr.Dataset]:
        assert not remember
        assert not warn
        people = len(cohort.persons)
        told = {"status": ("person", np.repeat("ok", people)), "beyond": ("person", np.repeat("", people))}
        return [xr.Dataset(coords=told)] * 2


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; finished chunks are kept"),
        (OSError(errno.EROFS, "Read-only file system"), "cannot be written"),
        (MemoryError(), "memory does not suffice for a chunk of 16 persons.*smaller --chunk"),
    ],
)
def test_a_full_disk_or_memory_keeps_what_is_finished(
    error: Exception, said: str, whole: Path, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(cohort_run, "write_summary", fail)
        patch.setattr(cohort_run, "_ready", lambda folder, manifest: (ASKED, Still()))
        with pytest.raises(RunError, match=said) as refused:
            carry_out(begun)
    assert f"--resume {begun}" in str(refused.value)
    assert [path.name for path in (begun / "chunks").iterdir()] == ["000000"]
    assert checksums(chunk_folder(begun, 0)) == checksums(chunk_folder(whole, 0))


def test_a_chunk_that_was_harmed_is_computed_again_once_it_is_removed(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    table = chunk_folder(folder, 1) / "summary.parquet"
    table.write_bytes(table.read_bytes()[:-1])
    for use in (carry_out, open_run):
        with pytest.raises(RequestError, match="summary.parquet is not what was written.*Remove it") as refused:
            use(folder)
        assert [finding.where for finding in refused.value.findings] == [str(chunk_folder(folder, 1))]
    shutil.rmtree(chunk_folder(folder, 1))
    (folder / "summary.parquet").write_text("spoilt")
    with pytest.raises(RequestError, match="summary.parquet: is not what was written"):
        carry_out(folder)
    (folder / "summary.parquet").unlink()
    carry_out(folder)
    assert checksums(folder) == checksums(whole)


def test_a_run_of_another_version_is_refused_and_may_still_be_read(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_folder, "versions", lambda: {"effleurage": "9.9"})
    with pytest.raises(RequestError, match=r"effleurage 9\.9"):
        carry_out(whole)
    with pytest.raises(RequestError, match=r"effleurage 9\.9"):
        cohort_run._ready.__wrapped__(str(whole), "")
    assert isinstance(open_run(whole).summary, pd.DataFrame)


def test_a_run_without_traces_needs_no_zarr(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort_run, "find_spec", lambda name: None)
    with pytest.raises(RequestError, match=r"pip install 'effleurage\[cluster\]'; or .*--summary-only"):
        carry_out(with_chunks(whole, tmp_path / "traces", 0))
    few = Asked(DAY, 3, chunk=2, keep=("cortisol",), traces=False)
    begin(tmp_path / "few", few)
    carry_out(tmp_path / "few")
    assert chunks_done(tmp_path / "few", few) == 2
    run = open_run(tmp_path / "few")
    assert run.worlds == {}
    assert set(run.summary["world"]) == {"trajectory"}
    assert not (chunk_folder(tmp_path / "few", 0) / "traces.zarr").exists()
