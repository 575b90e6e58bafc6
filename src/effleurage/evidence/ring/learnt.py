"""What massage studies taught about the gains of touch, once from all of them and once without each.

``massage/learnt.csv`` is what ``effleurage calibrate touch --out FOLDER`` writes (``fit/touch.py``): means and SDs of
the posterior. A forecast of a study's results uses the row that was learnt without that study.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from effleurage.arrays import Floats
from effleurage.evidence.ring.respond import Response, chances, gains
from effleurage.evidence.ring.scoring import Questions

FILE = "learnt.csv"
BIASES = ("published", "told")
SCATTERS = ("tau", "between")


@dataclass(frozen=True)
class Learnt:
    """Posterior of the gains, the biases and the scatters without one study (``""``: from all); (mean, SD) by name."""

    without: str
    numbers: Mapping[str, tuple[float, float]]

    def forecast(self, asked: Questions, responses: Sequence[Response], biased: bool = True) -> Floats:
        """Forecasts (N, 3) of N results of a study that was not seen.

        The posterior is taken as normal and its numbers as independent, so that the uncertainty of d is a sum of
        squares. ``biased=False`` leaves the two biases out: what the body alone would answer.
        """
        mean, variance = self.effect(responses)
        for name, whose in zip(BIASES, (1 - asked.told, asked.told), strict=True):
            centre, sd = self.numbers[name] if biased else (0.0, 0.0)
            mean = mean + asked.claimed * whose * centre
            variance = variance + whose * sd**2
        scatter = sum(self.numbers[name][0] ** 2 + self.numbers[name][1] ** 2 for name in SCATTERS)
        return chances(mean, asked.error, asked.df, variance + scatter)

    def effect(self, responses: Sequence[Response]) -> tuple[Floats, Floats]:
        """Mean and variance (N,) of the body's own d."""
        d = np.array([one.at({name: self.numbers[name][0] for name in gains()}) for one in responses])
        parts = [[slope * self.numbers[name][1] for name, slope in one.slopes.items()] for one in responses]
        return d, (np.array(parts) ** 2).sum(axis=1)


@cache
def shipped() -> Mapping[str, Learnt]:
    """Left-out study -> what was learnt without it; ``""`` for all studies."""
    with as_file(files("effleurage.evidence.published").joinpath("massage", FILE)) as path:
        return read(path)


def read(path: Path) -> Mapping[str, Learnt]:
    """Read a table of posteriors."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["without"]: _learnt(row) for row in csv.DictReader(file)}


def _learnt(row: Mapping[str, str]) -> Learnt:
    names = [name for name in row if name != "without" and not name.endswith("_sd")]
    return Learnt(row["without"], {name: (float(row[name]), float(row[f"{name}_sd"])) for name in names})


def as_csv(learnt: Sequence[Learnt]) -> str:
    """A table of posteriors, as ``read`` reads it."""
    names = [*gains(), *BIASES, *SCATTERS]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["without", *(column for name in names for column in (name, f"{name}_sd"))])
    for one in learnt:
        numbers = (f"{value:.4f}" for name in names for value in one.numbers[name])
        writer.writerow([one.without, *numbers])
    return text.getvalue()


def forecasts(
    asked: Questions, responses: Sequence[Response], learnt: Mapping[str, Learnt], biased: bool = True
) -> Floats:
    """Forecasts (N, 3) of every study by what was learnt without it; of a study never seen, by all of it."""
    found = np.empty((len(responses), 3))
    for study in dict.fromkeys(asked.study):
        own = asked.study == study
        theirs = [responses[int(place)] for place in np.flatnonzero(own)]
        found[own] = learnt.get(str(study), learnt[""]).forecast(asked.only(own), theirs, biased)
    return found
