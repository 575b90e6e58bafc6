"""Independent tasks side by side, with one progress and one way to stop them all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import TypeVar

from effleurage.errors import Finding, RequestError, short

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""

Result = TypeVar("Result")

THREADS = "EFFLEURAGE_THREADS"
"""Environment variable: how many threads, at most, tasks take; by default as many as there are processors."""

_COUNT = re.compile(r"\d{1,9}", re.ASCII)


class _Stopped(Exception):
    """Another task failed, or the person interrupted."""


def counted(variable: str, what: str, usual: int) -> int:
    """The number that an environment variable names, else the usual one; ``RequestError`` where it is none."""
    said = os.environ.get(variable, "")
    if not said:
        return usual
    if not _COUNT.fullmatch(said) or int(said) < 1:
        raise RequestError(Finding(variable, f"'{short(said)}' is no number of {what}", "Say 1 or more, or unset it."))
    return int(said)


def thread_count() -> int:
    """How many threads tasks may take. Raises ``RequestError`` where the environment names no such number."""
    return counted(THREADS, "threads", os.cpu_count() or 1)


def side_by_side(
    tasks: Sequence[Callable[[Progress], Result]], progress: Progress | None = None, *, at_once: int | None = None
) -> list[Result]:
    """Results of the tasks, in order. Each task is given a progress of its own and calls it often.

    ``at_once``: how many are in work at the same time, where that should be fewer than there may be threads.

    An interruption, or an error in one task, stops the others at their next report; it is raised here.
    """
    shares = [0.0] * len(tasks)
    stopped = Event()

    def report(index: int, share: float) -> None:
        if stopped.is_set():
            raise _Stopped
        shares[index] = share
        if progress:
            progress(sum(shares) / len(shares))

    with ThreadPoolExecutor(min(len(tasks), thread_count(), at_once or len(tasks))) as pool:
        futures = [pool.submit(task, partial(report, index)) for index, task in enumerate(tasks)]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
