from __future__ import annotations

import time

import pytest

from effleurage.engine.threads import THREADS, Progress, side_by_side, thread_count
from effleurage.errors import RequestError


def test_results_come_in_order_and_progress_reaches_the_end() -> None:
    said: list[float] = []

    def task(number: int, report: Progress) -> int:
        time.sleep(0.01 * (3 - number))
        report(1.0)
        return number

    tasks = [lambda report, n=n: task(n, report) for n in range(3)]
    assert side_by_side(tasks, said.append) == [0, 1, 2]
    assert said[-1] == pytest.approx(1.0)


def test_an_error_in_one_stops_the_others() -> None:
    turns = []

    def endless(report: Progress) -> None:
        for turn in range(10_000):
            turns.append(turn)
            report(0.0)
            time.sleep(0.001)

    def broken(report: Progress) -> None:
        time.sleep(0.02)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        side_by_side([broken, endless])
    assert len(turns) < 5_000


def test_the_environment_says_how_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = []
    running = []

    def task(report: Progress) -> None:
        running.append(1)
        at_once.append(len(running))
        time.sleep(0.01)
        running.pop()

    monkeypatch.setenv(THREADS, "1")
    side_by_side([task] * 4)
    assert at_once == [1] * 4
    monkeypatch.setenv(THREADS, "many")
    with pytest.raises(RequestError, match="no number of threads"):
        side_by_side([task])


@pytest.mark.parametrize("said", ["9" * 5000, "²", "٣", "３", "1e3", "-1", "0", "inf", "1_0"])
def test_what_is_no_number_of_threads_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_THREADS", said)
    with pytest.raises(RequestError, match="EFFLEURAGE_THREADS: .*is no number of threads"):
        thread_count()
