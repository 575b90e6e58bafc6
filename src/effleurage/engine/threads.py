"""Independent tasks side by side, with one progress and one way to stop them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import TypeVar

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""

Result = TypeVar("Result")


class _Stopped(Exception):
    """Another task failed, or the person interrupted."""


def side_by_side(tasks: Sequence[Callable[[Progress], Result]], progress: Progress | None = None) -> list[Result]:
    """Results of the tasks, in order. Each task is given a progress of its own and calls it often.

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

    with ThreadPoolExecutor(min(len(tasks), os.cpu_count() or 1)) as pool:
        futures = [pool.submit(task, partial(report, index)) for index, task in enumerate(tasks)]
        try:
            return [future.result() for future in futures]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
