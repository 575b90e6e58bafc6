"""The process of one peer: it is told a setting, line by line, and answers with seconds and errors.

A peer that crashes costs only itself. What libraries write to the terminal goes to the error stream.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from peers import job as jobs


def answer_stream() -> TextIO:
    """The line back to whoever started us; file 1 itself becomes the error stream."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def serve(name: str, folder: Path) -> None:
    """Answer one JSON line for each that comes, the first of them unasked: who we are."""
    answers = answer_stream()

    def answer(what: dict[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")

    begin = time.perf_counter()
    job = jobs.load(folder)
    try:
        module = importlib.import_module(f"peers.{name}")
        begin = time.perf_counter()
        peer: jobs.Simulator = module.Peer(job)
    except Exception as error:  # noqa: BLE001  whatever keeps a peer from running is its reason to be absent
        answer({"absent": reason(error)})
        return
    loading = time.perf_counter() - begin
    answer({"version": peer.version, "settings": peer.settings, "persons": peer.persons, "loading": loading})
    reference = np.load(folder / "reference.npy")
    ready: set[int] = set()
    for line in sys.stdin:
        setting = json.loads(line)["setting"]
        try:
            answer(timed(peer, setting, reference, ready))
        except Exception as error:  # noqa: BLE001  a setting that fails is told, and the next one tried
            answer({"failed": reason(error)})


def timed(peer: jobs.Simulator, setting: int, reference: jobs.Floats, ready: set[int]) -> dict[str, Any]:
    """Milliseconds a person of one run, and its error; compiling is timed apart."""
    preparing = 0.0
    if setting not in ready:
        begin = time.perf_counter()
        peer.prepare(setting)
        preparing = time.perf_counter() - begin
        ready.add(setting)
    begin = time.perf_counter()
    values = peer.simulate(setting)
    taken = time.perf_counter() - begin
    if not np.isfinite(values).all():
        raise ValueError("values that are not finite")
    both = min(len(values), len(reference))
    error = float(jobs.errors_of(values[:both], reference[:both]).max())
    return {"ms": 1000 * taken / len(values), "error": error, "preparing": preparing}


def reason(error: BaseException) -> str:
    """An error in one short line."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[-1]}"[:160]
