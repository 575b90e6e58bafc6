"""Speed of the engine against named peers at equal measured error: ``python bench/engine.py``.

Everybody simulates the same 28 days of ``examples/weekly-course.yaml`` for the same persons, each with constants and
a settled start of his own and no luck from hour to hour, and reports the same 20 quantities once an hour. The error of
a setting is measured, not asked for: per person the largest distance, over quantities and hours, from libRoadRunner at
1e-10 (relative) and 1e-12 (absolute), in units of that quantity's largest size in that person; the worst person
counts. A peer is compared at its fastest setting whose error is at most 1e-3. One process a peer, one core for all,
rounds in turns, medians; compiling and loading are not timed but told. Figures of ours: growth with people and days
(``--long`` to a million people), memory, and the share of what the processor can do.

What is done for a peer that it does not do by itself stands at the top of its module in ``bench/peers``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
PEERS = {
    "ours": "Effleurage",
    "roadrunner": "libRoadRunner",
    "copasi": "COPASI",
    "amici": "AMICI",
    "diffrax": "diffrax",
    "lsoda": "SciPy LSODA",
}
DAYS = 28
PERSONS = 256
ROUNDS = 3
ALLOWED = (1e-3, 1e-4, 1e-5)
"""Worst errors at which all are compared; the first is the one that counts."""
PATIENCE = 1200.0
"""Seconds after which a peer that does not answer is given up."""
ALONE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false --xla_cpu_prefer_vector_width=512",
}
"""One thread for everybody; each process is tied to one core besides."""


def say(line: str) -> None:
    """One line to the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass
class Rung:
    """A setting of a peer: what it took in each round (ms per 28 person-days), its error, or why it failed."""

    label: str
    ms: list[float] = field(default_factory=list)
    error: float = 0.0
    preparing: float = 0.0
    failed: str = ""

    @property
    def typical(self) -> float:
        """Median of the rounds."""
        return median(self.ms)


class Runner:
    """A peer in its own process."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.rungs, self.absent = name, list[Rung](), ""
        self.log = folder / f"{name}.log"
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("w", encoding="utf-8"),
            text=True,
            env=os.environ | ALONE,
        )
        hello = self.answer()
        self.absent = hello.get("absent", "")
        self.version, self.persons = hello.get("version", ""), hello.get("persons", 0)
        self.loading = hello.get("loading", 0.0)
        self.rungs = [Rung(label) for label in hello.get("settings", ())]

    def answer(self) -> dict[str, Any]:
        """The next line from the process; an ended or silent process makes the peer absent."""
        out = self.process.stdout
        assert out is not None
        line = out.readline() if select.select([out], [], [], PATIENCE)[0] else ""
        if not line:
            self.process.kill()
            return {"absent": self.absent or f"its process ended: {_last_line(self.log)}"}
        return dict(json.loads(line))

    def turn(self) -> None:
        """One round: every setting that has not failed."""
        for index, rung in enumerate(self.rungs):
            if rung.failed or self.absent:
                continue
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps({"setting": index}) + "\n")
            self.process.stdin.flush()
            told = self.answer()
            self.absent = told.get("absent", "")
            rung.failed = told.get("failed", self.absent)
            if not rung.failed:
                rung.ms.append(told["ms"])
                rung.error = max(told["error"], rung.error)
                rung.preparing += told["preparing"]

    def good(self, allowed: float) -> Rung | None:
        """The fastest setting that is precise enough."""
        fit = [rung for rung in self.rungs if rung.ms and not rung.failed and rung.error <= allowed]
        return min(fit, key=lambda rung: rung.typical, default=None)

    def close(self) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(60)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:120] if lines else "without a word"


def once(what: str, folder: Path, *more: str) -> dict[str, Any]:
    """The result of something that is done once, in a process of its own."""
    command = [sys.executable, __file__, "--once", what, str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | ALONE, check=False)
    if done.returncode:
        return {"absent": (done.stderr.strip().splitlines() or ["without a word"])[-1][:160]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def do_once(what: str, folder: Path, most: int) -> dict[str, Any]:
    """The other end of ``once``."""
    import numpy as np
    from peers import growth, job, roofline

    if what == "job":
        job.write(folder, DAYS, PERSONS)
        return {"written": str(folder)}
    laid = job.load(folder)
    if what == "reference":
        from peers import ours, roadrunner

        reference = roadrunner.Peer(laid, as_exported=True).at(1e-10, 1e-12)
        np.save(folder / "reference.npy", reference)
        peer = ours.Peer(laid)
        twice = peer.simulate(peer.rungs.index((2, "double")))[: len(reference)]
        return {"distance": float(job.errors_of(twice, reference).max()), "persons": len(reference)}
    measures: dict[str, Callable[..., dict[str, Any]]] = {"growth": growth.measure, "roofline": roofline.measure}
    return measures[what](laid, most)


def compare(folder: Path, names: list[str], rounds: int) -> list[Runner]:
    """All peers, in turns."""
    runners = []
    for name in names:
        begin = time.perf_counter()
        runners.append(Runner(name, folder))
        last = runners[-1]
        state = f"absent ({last.absent})" if last.absent else f"ready in {time.perf_counter() - begin:.0f} s"
        say(f"{PEERS[name]} {last.version}: {state}")
    for number in range(rounds):
        begin = time.perf_counter()
        for runner in runners:
            runner.turn()
        say(f"round {number + 1} of {rounds}: {time.perf_counter() - begin:.0f} s")
    for runner in runners:
        runner.close()
    return runners


def table(runners: list[Runner], allowed: float) -> list[dict[str, Any]]:
    """A row a peer at its fastest setting that is precise enough; says it, too."""
    base = next((runner.good(allowed) for runner in runners if runner.name == "ours"), None)
    say(f"\nAt a measured error of {allowed:.0e} or less, ms per {DAYS} person-days on one core:")
    say(f"{'':16s}{'version':10s} {'setting':28s} {'error':>8s} {'ms':>10s} {'of ours':>9s}")
    rows = []
    for runner in runners:
        row: dict[str, Any] = {"peer": PEERS[runner.name], "version": runner.version, "allowed": allowed}
        rung = runner.good(allowed)
        if runner.absent or rung is None:
            row["absent"] = runner.absent or "no setting is precise enough"
            say(f"{row['peer']:16s}{runner.version:10s} absent: {row['absent']}")
        else:
            row |= {"setting": rung.label, "error": rung.error, "ms": rung.typical}
            line = f"{row['peer']:16s}{runner.version:10s} {rung.label:28s} {rung.error:8.1e} {rung.typical:10,.2f}"
            if base:
                row["ratio"] = rung.typical / base.typical
                line += f" {row['ratio']:8.1f}×"
            say(line)
        rows.append(row)
    return rows


def say_ours(runners: list[Runner], growth: dict[str, Any], roofline: dict[str, Any]) -> None:
    """What loading and compiling took, growth, memory and the share of the peak, in words."""
    say("\nNot timed above, seconds:")
    for runner in runners:
        if not runner.absent:
            compiled = sum(rung.preparing for rung in runner.rungs)
            say(f"  {PEERS[runner.name]:16s}loading {runner.loading:6.1f}   first runs {compiled:6.1f}")
    if "people" in growth:
        say(f"\nOurs with people: exponent {growth['slope_people']:.2f}")
        for row in growth["people"]:
            say(f"  {row['people']:>9,} people {row['seconds']:10.1f} s   peak memory {row['peak_mb']:8,.0f} MB")
        say(f"Ours with days: exponent {growth['slope_days']:.2f}")
        for row in growth["days"]:
            say(f"  {row['days']:>9} days   {row['seconds']:10.2f} s")
    if "share" in roofline:
        counted = ", ".join(f"{count} {name}" for name, count in sorted(roofline["operations"].items()))
        worth = ", ".join(f"{name} {value:.0f}" for name, value in roofline["worth"].items())
        say(f"\nOne right-hand side: {counted}; a function is worth, in operations at peak: {worth}")
        say(
            f"  {roofline['ns']:.0f} ns a person, {roofline['gflops']:.1f} of {roofline['peak_gflops']:.1f}"
            f" Gflop/s: {100 * roofline['share']:.0f} % of the measured peak"
        )


def machine() -> dict[str, Any]:
    """The processor and what runs on it."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = named[0] if named else model
    return {"cpu": model, "cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def figure(runners: list[Runner], path: Path) -> None:
    """Work against precision: a line a peer through the settings that no other setting of it beats."""
    import altair as alt
    import pandas as pd

    from effleurage.report.figures import plain, svg

    rows = [
        {"peer": PEERS[runner.name], "error": rung.error, "ms": rung.typical}
        for runner in runners
        for rung in best_of(runner)
    ]
    data = pd.DataFrame(rows)
    ends = data.loc[data.groupby("peer")["error"].idxmin()].sort_values("ms")
    ends["ms"] = apart(list(ends["ms"]))
    order = list(dict.fromkeys(data["peer"]))
    tones = ["#12938a", "#c0813f", "#7a6fc4", "#b5485d", "#5b7f2b", "#4a7bb0"]
    colour = alt.Color("peer:N", legend=None, scale=alt.Scale(domain=order, range=tones[: len(order)]))
    tens = [10.0**power for power in range(-9, 6)]
    x = alt.X(
        "error:Q",
        title="measured error of the worst person, of each quantity's largest size",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~e", values=tens, ticks=False),
    )
    y = alt.Y(
        "ms:Q",
        title=f"ms per {DAYS} person-days, one core",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format=",~g", values=tens, ticks=False),
    )
    base = alt.Chart(data).encode(x=x, y=y, color=colour)
    line = base.mark_line(strokeWidth=2).encode(order="error:Q")
    dots = base.mark_point(filled=True, size=30, opacity=1)
    named = alt.Chart(ends).encode(x=x, y=y, text="peer:N")
    place: dict[str, Any] = {"align": "right", "dx": -8, "dy": -5, "fontSize": 12}
    halo = named.mark_text(**place, stroke="white", strokeWidth=4)
    words = named.mark_text(**place).encode(color=colour)
    rule = alt.Chart(pd.DataFrame({"error": [ALLOWED[0]]})).mark_rule(color="#888", strokeDash=[2, 2]).encode(x=x)
    margin = {"left": 12, "right": 24, "top": 12, "bottom": 12}
    chart = alt.layer(rule, line, dots, halo, words).properties(width=520, height=320, padding=margin)
    path.write_text(svg(plain(chart, "white")), encoding="utf-8")


def apart(heights: list[float]) -> list[float]:
    """Heights of words in ascending order, moved up where they would lie on each other."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, 1.3 * moved[-1]) if moved else height)
    return moved


def best_of(runner: Runner) -> list[Rung]:
    """Settings in order of error, each faster than all that are more precise."""
    kept: list[Rung] = []
    good = (rung for rung in runner.rungs if rung.ms and not rung.failed)
    for rung in sorted(good, key=lambda rung: rung.error):
        if not kept or rung.typical < kept[-1].typical:
            kept.append(rung)
    return kept


def write(runners: list[Runner], rows: list[dict[str, Any]], more: dict[str, Any], results: Path) -> None:
    """Write everything, for whoever wants to look closer."""
    everything = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": machine(),
        **more,
        "table": rows,
        "settings": {
            PEERS[runner.name]: [
                {**vars(rung), "median_ms": rung.typical if rung.ms else None} for rung in runner.rungs
            ]
            for runner in runners
        },
    }
    results.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS), help="who takes part")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--growth", type=int, default=10_000, metavar="N", help="grow to so many people, 0 for not at all"
    )
    parser.add_argument("--long", dest="growth", action="store_const", const=1_000_000, help="grow to a million people")
    parser.add_argument("--core", type=int, default=None, help="the core that all are tied to")
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    parser.add_argument("--figure", type=Path, default=HERE.parent / "docs" / "work-precision.svg")
    parser.add_argument("--worker", nargs=2, metavar=("PEER", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--once", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    return parser.parse_args()


def tie(core: int | None) -> None:
    """Tie this process and all that it starts to one core."""
    if hasattr(os, "sched_setaffinity"):
        free = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {free[-1] if core is None else core})


def main() -> int:
    """Compare, say, write; 0 if no peer is faster than we are."""
    asked = arguments()
    if asked.worker:
        from peers.worker import serve

        serve(asked.worker[0], Path(asked.worker[1]))
        return 0
    if asked.once:
        say(json.dumps(do_once(asked.once[0], Path(asked.once[1]), asked.growth)))
        return 0
    tie(asked.core)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what in ("job", "reference"):
            told = once(what, folder)
            if "absent" in told:
                say(f"No {what}, so nothing is compared: {told['absent']}")
                return 1
        say(f"reference: libRoadRunner at 1e-10; ours with steps halved twice is {told['distance']:.1e} away")
        runners = compare(folder, asked.peers, asked.rounds)
        rows = [row for allowed in ALLOWED for row in table(runners, allowed)]
        more = {
            "reference": told,
            "growth": once("growth", folder, "--growth", str(asked.growth)) if asked.growth else {},
            "roofline": once("roofline", folder),
        }
    say_ours(runners, more["growth"], more["roofline"])
    write(runners, rows, more, asked.results)
    figure(runners, asked.figure)
    return 0 if all(row.get("ratio", 1.0) >= 1.0 for row in rows if row["allowed"] == ALLOWED[0]) else 1


if __name__ == "__main__":
    sys.exit(main())
