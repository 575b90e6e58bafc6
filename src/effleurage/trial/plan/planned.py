"""The numbers of a plan that a protocol and a paper must give."""

from __future__ import annotations

from dataclasses import dataclass

from effleurage.trial.design.design import Design
from effleurage.trial.plan.needs import Need


@dataclass(frozen=True)
class Planned:
    """What a plan found for one outcome.

    ``n_per_arm``: persons allocated to each arm, in all of a crossover. ``detectable``, ``worthwhile`` (0: none is
    said) and ``sd`` are in ``unit``, or with ``log`` differences of natural logarithms. ``r``: correlation between the
    two measurements of a person, in a crossover between two periods. ``basis``: where ``r`` and ``sd`` come from.
    ``against``: the arm that the first is compared with, the second where none is said. ``cannot_be``: whether people
    are too near the end of the scale to move by what is worthwhile.
    """

    outcome: str
    n_per_arm: int
    detectable: float
    worthwhile: float
    r: float
    sd: float
    unit: str
    power: float
    alpha: float
    basis: str
    instrument: str = ""
    log: bool = False
    against: str = ""
    cannot_be: bool = False


def planned(design: Design, need: Need, people: int) -> Planned | None:
    """That of one need: for the difference worth having, else for the expected one; None where neither has a size.

    ``people``: virtual persons behind it.
    """
    sizes = [size for size in (need.worth, need.expected) if size and size.analysed and size.recruited]
    if not sizes or not need.contrast:
        return None
    analysed, recruited = sizes[0].analysed or 2, sizes[0].recruited or 2
    log = need.outcome.log
    return Planned(
        outcome=need.outcome.outcome,
        n_per_arm=recruited,
        detectable=need.contrast.detectable(analysed),
        worthwhile=need.worth_scale,
        r=need.r,
        sd=need.sd,
        unit="" if log else need.outcome.unit,
        power=design.power,
        alpha=design.alpha,
        basis=f"{people} virtual people" if need.outcome.simulated else need.outcome.retest_source,
        instrument=need.outcome.instrument,
        log=log,
        against=need.against,
        cannot_be=need.cannot_be,
    )
