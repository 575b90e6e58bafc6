"""Plan, simulated trials, a conducted trial and a comparison read the same people alike, whatever the instrument."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from effleurage.arrays import Floats
from effleurage.engine.streams import normals
from effleurage.lab.instruments.instruments import Instrument, instruments
from effleurage.lab.instruments.read import looks_of
from effleurage.lab.untreated import bank as banks
from effleurage.lab.untreated.hours import Hours
from effleurage.people.cohort import Cohort
from effleurage.trial.conduct import conduct as conducting
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.lives.bank import Bank
from effleurage.trial.plan.moments import moments
from effleurage.trial.plan.replicates import trials

PEOPLE = 4000
ARMS = (Arm(name="massage"), Arm(name="rest", kind="rest"))
EVENING = Hours(1080.0, 1140.0)


@dataclass(frozen=True)
class Made:
    """People of whom the true states are known: first and second (PEOPLE,) on the scale; nothing moves them."""

    instrument: Instrument
    first: Floats
    second: Floats

    @classmethod
    def at(cls, one: Instrument, share: float, spread: float, shared: float) -> Made:
        """Around a level (0-1 of what can be), so far apart, of which a share lasts."""
        low, high = (one.low, one.high) if np.isfinite(one.low) else one.transformed(np.array(_ordinary(one)))
        room = high - low
        persons = np.arange(PEOPLE)
        own, early, late = (normals(3, f"made {name}", persons) for name in ("own", "early", "late"))
        centre = low + share * room
        first, second = (
            centre + spread * room / 10 * (np.sqrt(shared) * own + np.sqrt(1 - shared) * now) for now in (early, late)
        )
        return cls(one, first, second)

    def world(self, when: list[tuple[float, Floats]]) -> xr.Dataset:
        """A trajectory that holds states at minutes, and still does when a tube is late."""
        rows = {look: self.instrument.back(states) for at, states in when for look in looks_of(self.instrument, at)}
        values = np.array([rows[look] for look in sorted(rows)])
        return xr.Dataset({self.instrument.quantity: (("time", "person"), values)}, {"time": sorted(rows)})


def _ordinary(one: Instrument) -> tuple[float, float]:
    """Ends between which readings of an open scale are made here: from where the floor is felt."""
    if np.isfinite(one.floor):
        return one.floor, 20 * one.floor
    return one.least + 0.2 * (one.most - one.least), one.least + 0.6 * (one.most - one.least)


def planned(made: Made, design: Design) -> tuple[float, float]:
    known = moments(_bank(made, design), 0)
    return known.sd, known.r


def drawn(made: Made, design: Design) -> tuple[float, float]:
    """A simulated trial of the plan."""
    found = trials(_bank(made, design), 0, PEOPLE, 1)
    return _spread(found.first[0], found.second[0])


def _bank(made: Made, design: Design) -> Bank:
    return Bank(design, (made.instrument,), made.first[None], np.tile(made.second, (3, 1, 1)))


def conducted(made: Made, design: Design, patch: pytest.MonkeyPatch) -> tuple[float, float]:
    """The data set of a trial."""
    world = made.world(list(zip(design.looks(design.outcomes[0]), (made.first, made.second), strict=True)))
    lives = conducting._Lives(dict.fromkeys(("massage", "rest", ""), world), Cohort.of(PEOPLE), None)
    patch.setattr(conducting, "_lives", lambda *_: lives)
    data = conducting.conduct(design, PEOPLE // 2).data
    wide = data.pivot(index="person", columns="occasion", values="value")
    return _spread(*(made.instrument.transformed(wide[name].to_numpy()) for name in ("before", "after")))


def compared(made: Made) -> tuple[float, float]:
    """What the band of a comparison is made of."""
    group, days = banks.Group(None, Cohort.of(PEOPLE)), EVENING.world
    states = np.full((len(days.minutes()), PEOPLE), np.nan)
    for first, second in EVENING.looks():
        for at, own in ((first, made.first), (second, made.second)):
            near = np.abs(days.minutes() - at) <= 30
            states[near] = made.instrument.back(own)
    bank = banks.Bank(_known={(days, ""): {made.instrument.quantity: states}})
    read = [[bank.read(days, group, made.instrument, at) for at in looks] for looks in EVENING.looks()]
    return _spread(*(made.instrument.transformed(np.concatenate(own)) for own in zip(*read, strict=True)))


def _spread(first: Floats, second: Floats) -> tuple[float, float]:
    return float(second.std(ddof=1)), float(np.corrcoef(first, second)[0, 1])


@pytest.mark.parametrize("key", sorted(key for key, one in instruments().items() if not one.part))
@settings(deadline=None, max_examples=3, derandomize=True, phases=[Phase.generate])
@given(share=st.floats(0.1, 0.9), spread=st.floats(0.3, 2), shared=st.floats(0.2, 0.95))
def test_everybody_sees_one_spread_and_one_retest(
    key: tuple[str, str], share: float, spread: float, shared: float
) -> None:
    made = Made.at(instruments()[key], share, spread, shared)
    measure = Measure(outcome=key[0], instrument=key[1], after=1, time=14 * 60)
    design = Design(title="one reading", arms=ARMS, outcomes=(measure,), therapist_icc=0)
    sd, r = planned(made, design)
    with pytest.MonkeyPatch.context() as patch:
        data = conducted(made, design, patch)
    seen = {"trials": drawn(made, design), "data": data, "band": compared(made)}
    for where, (spread_there, retest) in seen.items():
        assert spread_there == pytest.approx(sd, rel=0.04), where
        assert retest == pytest.approx(r, abs=0.04), where


def test_spread_at_the_end_of_a_scale_is_that_of_what_can_be_said() -> None:
    """Most people without pain say 0, whatever half a point of noise would make of a number below it."""
    pain = instruments()["pain NRS", "questionnaire"]
    none = Made(pain, np.zeros(PEOPLE), np.zeros(PEOPLE))
    design = Design(title="no pain", arms=ARMS, outcomes=(Measure(outcome="pain"),))
    sd, _ = planned(none, design)
    assert 0.2 < sd < 0.8 * pain.error
