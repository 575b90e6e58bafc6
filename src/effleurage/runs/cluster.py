"""Chunks on many processes and machines, through a Dask scheduler; a worker that dies costs only its chunk."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from effleurage.engine.threads import THREADS
from effleurage.errors import EffleurageError, Finding, RequestError, RunError
from effleurage.runs.chunks import is_done
from effleurage.runs.disk import to_resume

if TYPE_CHECKING:
    from distributed import Client, Future

INSTALL = "Install them: pip install 'effleurage[cluster]'"
ONE_THREAD = {
    THREADS: "1",
    "NPROC": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Environment of a worker: one thread of ours, one of XLA (NPROC), one of the linear algebra."""
_PATIENCE = 10.0
"""Seconds to wait for a scheduler."""
_GREETING, _LONGEST_GREETING = b"pickle-protocol", 1 << 16
"""What a scheduler tells of itself unasked, first of all, and bytes that this may have at most."""
_LONELY = 60.0
"""Seconds without any worker before we give up."""
MOST_WORKERS = 256
"""Processes of one machine (ours)."""
OF_A_WORKER = 0.8e9
"""Bytes that a worker takes with the body in it, measured."""
_AHEAD = 2
"""Chunks that a worker may have waiting, the one in work included."""


def check_workers(workers: int) -> None:
    """Raise ``RequestError`` for a number of workers that no machine has the memory for, or that is none."""
    if not 0 <= workers <= MOST_WORKERS:
        told = f" take {workers * OF_A_WORKER / 1e9:,.0f} GB of memory" if workers > 0 else ""
        raise RequestError(Finding("--workers", f"{workers:,} workers{told}", f"Say 1 to {MOST_WORKERS}."))


@contextmanager
def client(workers: int, scheduler: str, folder: Path) -> Iterator[Client]:
    """A client of ``workers`` processes of this machine, or of the scheduler at an address, for a run folder.

    Raises ``RequestError`` without Dask, ``RunError`` where no scheduler answers.
    """
    check_workers(workers)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        what = "workers need Dask, which is not installed"
        raise RequestError(Finding("--workers" if workers else "--scheduler", what, INSTALL)) from None
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what happens is told in our own words
    if scheduler:
        try:
            _greeted(scheduler)
            found = Client(scheduler, timeout=_PATIENCE)
        except Exception as error:  # noqa: BLE001  whatever Dask makes of what answers there
            what = f"no scheduler answers ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
            fix = f"Start one with 'dask scheduler', then: {to_resume(folder)} --scheduler tcp://HOST:8786"
            raise RunError(Finding(scheduler, what, fix)) from None
        with found:
            yield found
        return
    with (
        LocalCluster(
            n_workers=workers,
            processes=True,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            env=ONE_THREAD,
        ) as local,
        Client(local) as found,
    ):
        yield found


def _greeted(address: str) -> None:
    """Raise ``OSError`` where what answers at a TCP address is no scheduler: Dask would wait for it, or believe it.

    A scheduler speaks first: the length of its greeting in eight bytes, then what it is. A web server waits; most
    others greet with words, which Dask would take for a length.
    """
    from distributed.comm.addressing import parse_address, parse_host_port

    scheme, place = parse_address(address)
    if scheme != "tcp":
        return
    until = time.monotonic() + _PATIENCE
    with socket.create_connection(parse_host_port(place), timeout=_PATIENCE) as line:
        length = int.from_bytes(_heard(line, 8, until), "little")
        if length > _LONGEST_GREETING or _GREETING not in _heard(line, length, until):
            raise OSError("something else answers there")


def _heard(line: socket.socket, many: int, until: float) -> bytes:
    """So many bytes of a line, or fewer where it ends. Raises ``TimeoutError`` where they are not there in time."""
    data = b""
    while len(data) < many:
        line.settimeout(max(until - time.monotonic(), 0.001))
        more = line.recv(many - len(data))
        if not more:
            break
        data += more
    return data


def each(
    client: Client, compute: Callable[[str, int], tuple[int, str]], folder: Path, numbers: Sequence[int]
) -> Iterator[int]:
    """Let the workers compute chunks of a folder; yields the number of each as it is there, in any order.

    A chunk whose worker dies is tried again; the scheduler gives up after three more workers have died of it.
    Raises ``RunError`` for that, and for whatever a worker says.
    """
    from distributed.comm.core import CommClosedError

    try:
        yield from _each(client, compute, folder, numbers)
    except (CommClosedError, CancelledError):
        what = "the scheduler was lost; finished chunks are kept"
        raise RunError(Finding("--scheduler", what, f"Start it again, then: {to_resume(folder)}")) from None


def _each(
    client: Client, compute: Callable[[str, int], tuple[int, str]], folder: Path, numbers: Sequence[int]
) -> Iterator[int]:
    waiting, running = list(reversed(numbers)), dict[Any, int]()
    seen = time.monotonic()
    while waiting or running:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        seen = time.monotonic() if workers else seen
        if time.monotonic() - seen > _LONELY:
            what = f"no worker for {_LONELY:.0f} s"
            fix = f"Start some with 'dask worker ADDRESS', then: {to_resume(folder)}"
            raise RunError(Finding("--scheduler", what, fix))
        while waiting and len(running) < max(1, _AHEAD * workers):
            number = waiting.pop()
            running[client.submit(compute, str(folder), number, pure=False)] = number
        for future in _finished(running):
            number = running.pop(future)
            _check(future, folder)
            _see(folder, number)
            yield number


def _finished(running: Iterable[Future[Any]]) -> set[Future[Any]]:
    """Futures that are over, however; none after a while in which none is."""
    from distributed import wait

    try:
        return set(wait(list(running), timeout=2, return_when="FIRST_COMPLETED").done)
    except TimeoutError:
        return set()


def _check(future: Future[Any], folder: Path) -> None:
    """Raise what went wrong with a chunk. What a worker returns is not fetched: it may be gone, its chunk is not."""
    from distributed.scheduler import KilledWorker

    resume = to_resume(folder)
    if future.status in ("cancelled", "lost"):
        raise CancelledError
    error = future.exception()
    if error is None:
        return
    if isinstance(error, KilledWorker):
        what = "a chunk killed four workers one after another, most likely for want of memory; finished chunks are kept"
        fix = f"Give workers more memory or use fewer of them, then: {resume}; or begin anew with a smaller --chunk."
        raise RunError(Finding(str(folder), what, fix))
    if isinstance(error, EffleurageError):
        raise error
    what = f"a worker failed: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    raise RunError(Finding(str(folder), what, f"Mend that, then: {resume}"))


def _see(folder: Path, number: int) -> None:
    """Wait until a chunk that a worker has written is seen here: shared file systems may take their time."""
    until = time.monotonic() + _LONELY
    while not is_done(folder, number):
        if time.monotonic() > until:
            what = f"a worker has written chunk {number} and it is not there"
            fix = f"Let all machines see the same folder at this path, then: {to_resume(folder)}"
            raise RunError(Finding(str(folder), what, fix))
        time.sleep(0.2)
