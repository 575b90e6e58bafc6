"""The page of any result that has one."""

from __future__ import annotations

from typing import Any

from effleurage.errors import Finding, RequestError
from effleurage.evidence.ask import Validation
from effleurage.evidence.challenges.tried import Tried
from effleurage.evidence.claims.verdicts import Verdict
from effleurage.evidence.norms.targets import known_misses
from effleurage.evidence.published.appraisal import Evidence
from effleurage.lab.contrast.contrast import Contrast
from effleurage.lab.untreated.change import Compared
from effleurage.people.simulate import Twin
from effleurage.report.challenges import challenges_page
from effleurage.report.change import change_page
from effleurage.report.claims import claims_page
from effleurage.report.evidence import evidence_page
from effleurage.report.plan import plan_page
from effleurage.report.scoreboard import scoreboard_page
from effleurage.report.simulate import simulate_page
from effleurage.trial.plan.plan import Plan
from effleurage.trial.sentence.given import design_of


def page_of(result: Any) -> str:
    """The page as HTML. Raises ``RequestError`` for what has none."""
    import xarray as xr

    if isinstance(result, xr.Dataset | Twin | Contrast):
        return simulate_page.as_html(result)
    if isinstance(result, Compared):
        return change_page.as_html(result, "Two measurements")
    if isinstance(result, Plan):
        return plan_page.as_html(result, design_of(result.design).notes)
    if isinstance(result, Evidence):
        return evidence_page.as_html(result)
    if isinstance(result, Verdict):
        return claims_page.as_html([result])
    if isinstance(result, Validation) and "fold_error" in result.table:
        return scoreboard_page.as_html(result.table, known_misses(), result.distributions)
    if isinstance(result, Tried):
        return challenges_page.as_html(result)
    if isinstance(result, list | tuple) and result and all(isinstance(one, Verdict) for one in result):
        return claims_page.as_html(list(result))
    what = f"a {type(result).__name__} has no page"
    raise RequestError(
        Finding("", what, "Give a result of simulate, twin, contrast, compare, plan, verdict or studies.")
    )
