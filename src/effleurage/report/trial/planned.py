"""A plan as the numbers that a paper needs."""

from __future__ import annotations

from effleurage.report.trial.paper import Planned
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.plan import Plan


def planned(plan: Plan) -> list[Planned]:
    """One for each outcome and comparison with a size: for the difference worth having, else for the expected one."""
    return [one for one in (_one(plan, need) for need in plan.needs) if one]


def _one(plan: Plan, need: Need) -> Planned | None:
    sizes = [size for size in (need.worth, need.expected) if size and size.analysed and size.recruited]
    if not sizes:
        return None
    design, log = plan.design, need.outcome.log
    analysed, recruited = sizes[0].analysed or 2, sizes[0].recruited or 2
    found = need.contrast.detectable(analysed) if need.contrast else float("inf")
    basis = f"{plan.people} virtual people" if need.outcome.simulated else need.outcome.retest_source
    return Planned(
        outcome=need.outcome.outcome,
        n_per_arm=recruited,
        detectable=found,
        worthwhile=need.worth_scale,
        r=need.r,
        sd=need.sd,
        unit="" if log else need.outcome.unit,
        power=design.power,
        alpha=design.alpha,
        basis=basis,
        instrument=need.outcome.instrument,
        log=log,
        against=need.against,
        cannot_be=need.cannot_be,
    )
