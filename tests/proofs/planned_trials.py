"""A trial of as many people as a plan asks for finds what the plan expects as often as it says.

Trials are conducted on virtual people as `effleurage trial` does, each with other people, at the size that the plan
gives for a power of 80 %; their data are analysed by the exported script, from the file. The same is done where both
arms get quiet rest, and nothing is there to be found.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pandas as pd
from proof import Figure, shares, spread

from effleurage.report.trial import analysis_template as script
from effleurage.trial.conduct.codebook import readings
from effleurage.trial.conduct.conduct import conduct
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.plan.plan import first_answer

SOURCES = (
    "src/effleurage/body/*",
    "src/effleurage/engine/*.py",
    "src/effleurage/protocol/*",
    "src/effleurage/people/*.py",
    "src/effleurage/lab/instruments/*",
    "src/effleurage/lab/heart/heartbeats.*",
    "src/effleurage/statistics/*.py",
    "src/effleurage/trial/**/*",
    "src/effleurage/report/trial/analysis_template.py",
)
TRIALS, FEW = 200, 4
REST = Arm(name="rest", kind="rest")
ARMS = (Arm(name="massage"), REST)
DESIGNS = (
    Design(title="stress", arms=ARMS, outcomes=(Measure(outcome="VAS stress"),)),
    Design(title="pain", arms=ARMS, outcomes=(Measure(outcome="pain"),), people={"pain_load": 5}),
)


def finds(design: Design, n: int, seed: int, folder: Path) -> bool:
    """Whether the trial of this seed finds a difference, by its script."""
    script.ARMS, script.OUTCOMES = [arm.name for arm in design.arms], list(readings(design))
    with chdir(folder):
        conduct(design, n, seed).data.to_csv("data.csv", index=False)
        table = pd.DataFrame(script.rows_of(script.read("data.csv"), script.OUTCOMES[0]))
    return bool(table["p"].iloc[0] < 0.05)


def prove(quick: bool) -> Iterator[Figure]:
    """Every design as planned, and without anything to be found."""
    return shares(counted(FEW if quick else TRIALS))


def counted(many: int) -> Iterator[tuple[str, int, int, float, float]]:
    """What, how many of how many trials, and between which shares that must lie."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for design in DESIGNS:
            size = first_answer(design).primary.expected
            if size is None or size.analysed is None:
                yield f"{design.title}: has a size", 0, many, 1.0, 1.0
                continue
            null = design.model_copy(update={"arms": (REST.model_copy(update={"name": "massage"}), REST)})
            for asked, what, wanted, slack in (
                (design, "finds the effect", 0.8, 0.05),
                (null, "finds nothing as something", 0.05, 0.0),
            ):
                count = sum(finds(asked, size.analysed, seed, folder) for seed in range(1, many + 1))
                near = slack + 3 * spread(wanted, many)
                yield (
                    f"{design.title}, {size.analysed} an arm: {what}",
                    count,
                    many,
                    max(0.0, wanted - near),
                    min(1.0, wanted + near),
                )
