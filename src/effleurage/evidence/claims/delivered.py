"""What the body can deliver: the effect of one usual massage on the quantity of a claim, against the fair comparator.

The same virtual people with the massage and with quiet rest in its place; every uncertain number of the ledger is
drawn anew for each world pair, so that the interval is what we do not know of the body, not how people differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.streams import normals
from effleurage.evidence.claims.claims import Claim
from effleurage.evidence.published.eligibility import Question
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.published.results import Result, Study
from effleurage.evidence.ring.arms import arms_of
from effleurage.evidence.ring.respond import instrument_for, kept_quantities, left
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.instruments.read import mean_and_variance, report, sampled, truth
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds
from effleurage.statistics.sizes import per_arm

PEOPLE, WORLDS = 16, 80
"""Virtual people, and draws of all that is uncertain, behind an effect: 1,280 pairs of lives."""
AGREE = 0.9
"""Share of the draws that must go one way before the body is said to agree with a direction."""
MOST = 10_000
"""Persons in an arm beyond which a trial is not thought of."""
POWER, LEVEL = 0.8, 0.05
USUAL = Study(id="usual massage", species="human", age="adult", design="parallel")
"""The study that a claim asks for: adults without complaint."""
MINUTES = 60
"""Length of the massage of a claim: an hour, as clinics give it."""
DURING = ("skin_flow", "muscle_flow", "lymph_flow")
"""Flows are back within minutes, so they are read while hands work."""
COURSE: Mapping[str, Any] = {"sessions": 4, "weeks": 4, "occasion": "course"}
"""For antibodies, which take weeks."""


@dataclass(frozen=True)
class Delivered:
    """Massage less comparator in ``unit``, with its 95 % interval; ``usual`` the level without massage.

    ``relative``: the same in percent of the usual level, (value, low, high). ``n_per_arm``: persons in each arm of a
    trial that would find it (80 %, two-sided 5 %, ANCOVA on one measurement before and one after), or None beyond MOST.
    ``rising``: share of the draws (0-1) in which it rises. ``massage`` and ``comparator`` in words.
    """

    value: float
    low: float
    high: float
    unit: str
    usual: float
    relative: tuple[float, float, float]
    rising: float
    d: float
    n_per_arm: int | None
    massage: str
    comparator: str

    def agrees(self, direction: str) -> bool:
        """Whether at least AGREE of all draws go in ``direction``, up or down."""
        return (self.rising if direction == "up" else 1 - self.rising) >= AGREE


def delivered(claim: Claim, seed: int = 1) -> Delivered | None:
    """The effect of a usual massage on the claim's quantity; None where the model has no such quantity."""
    if not claim.quantity:
        return None
    question = Question(usual_massage(claim), claim.quantity, 1, "same", False, 1.0)
    arms = arms_of(question, replace(ledger(), studies={USUAL.id: USUAL}))
    instrument = instrument_for(claim.quantity)
    readings = [(instrument, minute) for minute in (arms.before, arms.after)]
    both = [sampled(protocol, readings) for protocol in (arms.massage, arms.control)]
    worlds = Worlds.of(both, keep=kept_quantities([claim.quantity]))
    cohort = replace(
        Cohort.of(PEOPLE, seed, dict(arms.massage.people)),
        persons=np.tile(np.arange(PEOPLE), WORLDS),
        draws=np.repeat(np.arange(1, WORLDS + 1), PEOPLE),
    )
    massage, control = worlds.carry_out(cohort)
    states = [truth(world, instrument, arms.after, cohort).reshape(WORLDS, PEOPLE) for world in (massage, control)]
    with_it, without = (instrument.back(state) for state in states)
    usual = np.nanmean(without, axis=1)
    change = np.nanmean(with_it - without, axis=1)
    share = 100 * change / usual
    scatter = _scatter([truth(control, *reading, cohort) for reading in readings], instrument, seed)
    told = [mean_and_variance(instrument, state)[0] for state in states]
    d = float(np.nanmean(told[0] - told[1])) / scatter
    low, high = np.quantile(change, [0.025, 0.975])
    least, most = np.quantile(share, [0.025, 0.975])
    return Delivered(
        float(change.mean()),
        float(low),
        float(high),
        claim.unit,
        float(usual.mean()),
        (float(share.mean()), float(least), float(most)),
        float((change > 0).mean()),
        d,
        per_arm(d, r=None, alpha=LEVEL, power=POWER, most=MOST) if d else None,
        f"{MINUTES} min of massage of the back" + ("" if arms.massage.days < 5 else ", four times in four weeks"),
        claim.comparator,
    )


def usual_massage(claim: Claim) -> Result:
    """The usual massage against quiet rest, to be carried out as a published result is; its direction is not asked."""
    once = {"sessions": 1, "occasion": "acute", "timepoint_words": "during the massage" * (claim.quantity in DURING)}
    return Result(
        id=USUAL.id,
        study=USUAL.id,
        arm="massage",
        arm_kind="massage",
        comparator="rest",
        technique="swedish",
        pressure="moderate",
        region="back",
        minutes=MINUTES,
        outcome=claim.quantity,
        direction="none",
        compared="between-arm",
        provenance="outside",
        **(COURSE if claim.quantity == "antibody" else once),
    )


def _scatter(states: Sequence[Floats], instrument: Instrument, seed: int) -> float:
    """SD that the first measurement leaves of the second, from true states at both: the mean over all draws.

    The same few people live in every draw, and in each they are read anew.
    """
    every = np.arange(WORLDS * PEOPLE)
    first, after = (
        instrument.transformed(report(instrument, state, normals(seed, f"delivered {when}", every)))
        for state, when in zip(states, ("before", "after"), strict=True)
    )
    pairs = zip(first.reshape(WORLDS, PEOPLE), after.reshape(WORLDS, PEOPLE), strict=True)
    return float(np.sqrt(np.mean([left(*pair) ** 2 for pair in pairs])))
