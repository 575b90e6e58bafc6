"""The massage ring: every eligible result carried out, and how likely each of its three answers is at its own n.

A result is the standardised difference between arms after the measurement before is allowed for (ANCOVA)::

    d = (mean with massage - mean with the control) / SD of what the first measurement leaves
    error = sqrt(1/n_massage + 1/n_control)          standard error of d at the study's own n
    P(up) = Phi((d - t error (1 - 1/(4 df))) / sqrt(error² (1 + t²/(2 df)) + tau²))

t is the two-sided 5 % limit of Student's t with the study's own df; the rest is the usual normal form of its noncentral
distribution (Abramowitz & Stegun 1964, 26.7.10), into which ``tau`` goes exactly. ``tau`` is how far studies of the
same thing differ, in units of d. Persons in both arms (crossover) are measured twice and count in both. People, luck
and instruments are those of the virtual laboratory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.body.parameter import Parameter
from effleurage.evidence.published.eligibility import Question
from effleurage.evidence.published.ledger import Ledger
from effleurage.evidence.ring.arms import Arms, arms_of, silent
from effleurage.lab.heart.indices import INDICES
from effleurage.lab.heart.virtual import READS
from effleurage.lab.instruments.instruments import Instrument, instruments
from effleurage.lab.instruments.read import mean_and_variance, read, sampled, truth
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds, resident_body, whole_body
from effleurage.protocol.model import Protocol
from effleurage.protocol.tables import shipped_table

if TYPE_CHECKING:
    import xarray as xr

    from effleurage.engine.threads import Progress

PEOPLE = 128
"""Virtual people behind a result: one block of lanes."""
HANDS = "stroke_pressure"
"""Input of the body without which there is no touch."""
ANSWERS = ("down", "none", "up")


@dataclass(frozen=True)
class Response:
    """What the virtual people answer to a question.

    ``d`` at the centre of the gains; ``slopes``: change of d for one unit of each gain. ``scatter``: the SD behind d,
    of what the first measurement leaves; ``spread``: the SD of people at the second; both on the instrument's scale.
    """

    arms: Arms
    d: float
    slopes: Mapping[str, float]
    scatter: float
    spread: float

    def at(self, gains: Mapping[str, float]) -> float:
        """Effect at other gains, by the straight line through its two ends."""
        return self.d + sum(slope * (gains.get(name, 1.0) - 1.0) for name, slope in self.slopes.items())


@dataclass(frozen=True)
class Gain:
    """A gain of touch: parameters at its prior centre, and the SD of its prior."""

    meaning: str
    sd: float
    parameters: Mapping[str, float]
    reason: str


@cache
def gains() -> Mapping[str, Gain]:
    """The gains of ``massage/gains.toml`` by name."""
    return shipped_table(dict[str, dict[str, Gain]], "effleurage.evidence.published", "massage", "gains.toml")["gains"]


def rows_at(levels: Mapping[str, float]) -> dict[str, Parameter]:
    """Rows of the body's ledger with every gain at its level (1: the prior centre); their spreads follow."""
    body, rows = whole_body(), {}
    for name, gain in gains().items():
        level = levels.get(name, 1.0)
        for parameter, centre in gain.parameters.items():
            row = body.parameters[parameter]
            linear = row.scale == "linear"
            spread = row.between * abs(level) if linear else row.between if level > 0 else 0.0
            rows[parameter] = replace(row, value=centre * level, between=spread)
    return rows


def threshold(error: Floats, df: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """How large d must be to be significant (N,), and the variance (N,) with which it is missed by chance."""
    from scipy.stats import t

    limit = t.ppf(0.975, df)
    return np.asarray(limit * error * (1 - 1 / (4 * df))), np.asarray(error**2 * (1 + limit**2 / (2 * df)))


def chances(d: Floats, error: Floats, df: NDArray[np.int64], scatter: Floats | float) -> Floats:
    """Probabilities (..., N, 3) of down, none and up for effects (..., N) with their errors and degrees of freedom.

    ``scatter``: variance of d between studies, or of what is not known of it; broadcast against ``d``.
    """
    from scipy.special import ndtr

    limit, variance = threshold(error, df)
    wide = np.sqrt(variance + scatter)
    up, down = ndtr((d - limit) / wide), ndtr((-d - limit) / wide)
    return np.stack([down, 1 - up - down, up], axis=-1)


def respond(
    asked: Sequence[Question], book: Ledger, seed: int = 1, people: int = PEOPLE, progress: Progress | None = None
) -> list[Response]:
    """Carry out both arms of every question, once at the centre of the gains and once with each gain off.

    Raises ``ProtocolError`` for arms that cannot be carried out.
    """
    arms = [arms_of(question, book) for question in asked]
    shared: dict[str, list[int]] = {}
    for place, one in enumerate(arms):
        same = (one.massage.timeline, one.control.timeline, sorted(one.massage.people.items()))
        shared.setdefault(repr(same), []).append(place)
    answered: dict[int, Response] = {}
    for done, places in enumerate(shared.values()):
        answered |= dict(zip(places, _answers([arms[place] for place in places], seed, people), strict=True))
        if progress:
            progress((done + 1) / len(shared))
    return [answered[place] for place in range(len(arms))]


def _answers(same: Sequence[Arms], seed: int, people: int) -> list[Response]:
    """Responses of questions about one pair of arms."""
    longest = max(arms.massage.days for arms in same)
    readings = [
        (instrument_for(arms.question.quantity), minute) for arms in same for minute in (arms.before, arms.after)
    ]
    pair = [
        sampled(protocol.model_copy(update={"days": longest}), readings)
        for protocol in (same[0].massage, same[0].control)
    ]
    worlds = Worlds.of(pair, keep=kept_quantities(arms.question.quantity for arms in same))
    cohort = Cohort.of(people, seed, dict(same[0].massage.people))

    middle = replace(cohort, rows=rows_at({}))
    start = worlds.settled(middle)  # gains scale what hands do, and an ordinary day has none
    centre = middle, worlds.carry_out(middle, start=start)
    off: dict[str, tuple[Cohort, list[xr.Dataset]]] = {}
    for name in gains():
        own = replace(cohort, rows=rows_at({name: 0.0}))
        if _touched(pair[1]):
            off[name] = own, worlds.carry_out(own, start=start)
        else:
            off[name] = own, [*worlds.carry_out(own, start=start, only=(0,)), centre[1][1]]
    return [_response(arms, *centre, off) for arms in same]


def _touched(protocol: Protocol) -> bool:
    """Whether hands are laid on anybody."""
    return any(drive.inputs.get(HANDS) for drive in protocol.schedule().drives)


def _response(
    arms: Arms, cohort: Cohort, worlds: list[xr.Dataset], off: Mapping[str, tuple[Cohort, list[xr.Dataset]]]
) -> Response:
    instrument = instrument_for(arms.question.quantity)

    def difference(cohort: Cohort, worlds: list[xr.Dataset]) -> float:
        massage, control = (
            mean_and_variance(instrument, truth(world, instrument, arms.after, cohort))[0] for world in worlds
        )
        return float(np.nanmean(massage - control))

    def reported(world: xr.Dataset, minute: float) -> Floats:
        return instrument.transformed(read(world, instrument, minute, cohort))

    first, second = reported(worlds[1], arms.before), [reported(world, arms.after) for world in worlds]
    scatter = float(np.sqrt(np.mean([left(first, after) ** 2 for after in second])))
    change = difference(cohort, worlds)
    slopes = {name: (change - difference(*other)) / scatter for name, other in off.items()}
    return Response(arms, change / scatter, slopes, scatter, float(np.nanstd(second[1], ddof=1)))


def instrument_for(quantity: str) -> Instrument:
    """The laboratory's instrument for a quantity, or one made from ``massage/silent.toml``."""
    known = [one for one in instruments().values() if quantity in (one.part, "" if one.part else one.quantity)]
    if known:
        return known[0]
    row = silent().readings[quantity]
    part = quantity if quantity in INDICES else ""
    return Instrument(
        outcome=quantity,
        instrument="assumed",
        quantity="heart_rate" if part else quantity,
        unit="",
        scale=row.scale or "log",
        noise=row.noise,
        noise_source=row.source,
        noise_rounded=False,
        timing=0,
        timing_source="",
        laboratories=0,
        laboratories_source="",
        part=part,
    )


def kept_quantities(quantities: Iterable[str]) -> tuple[str, ...]:
    """Quantities to record: the same for all questions, so that the machine is made ready once."""
    resident = whole_body(), resident_body()
    every = [*READS, *(name for name in silent().readings if name in resident[1].quantities), *quantities]
    return tuple(dict.fromkeys(name for name in every if name in resident[0].quantities))


def left(first: Floats, second: Floats) -> float:
    """SD of the second measurement that a straight line in the first leaves."""
    kept = np.isfinite(first) & np.isfinite(second)
    x, y = first[kept] - first[kept].mean(), second[kept] - second[kept].mean()
    slope = float(x @ y / max(float(x @ x), 1e-12))
    return float(np.sqrt(((y - slope * x) ** 2).sum() / (kept.sum() - 2)))
