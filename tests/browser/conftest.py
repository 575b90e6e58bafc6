"""Every page there is, made of small results, and a headless Chromium to look at them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.report import made_up
from tests.report.plan.conftest import whole_plan

from effleurage.evidence.published.appraisal import evidence
from effleurage.report.challenges import challenges_page
from effleurage.report.change import change_page
from effleurage.report.claims import claims_page
from effleurage.report.contents import publish
from effleurage.report.evidence import evidence_page
from effleurage.report.four_ways import four_ways_page
from effleurage.report.pages import Made
from effleurage.report.plan import plan_page
from effleurage.report.scoreboard import scoreboard_page
from effleurage.report.simulate import simulate_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MADE = Made(
    "effleurage plan '60 min weekly x 6 vs quiet rest' --html a-rather-long-name-of-a-page.html", 1, date(2027, 3, 1)
)
FEW = ("posture", "crh", "slow breathing", "vaccine", "night")
"""Challenges of two, three and four panels, of hours and of weeks."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Where there is none its tests are skipped, but never in continuous integration."""
    missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        missing(f"no Chromium was found: none of {', '.join(CHROMIUM)} is installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: pip install 'effleurage[browser]'")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of every page, and the list of them."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "four-ways": four_ways_page.render(made_up.four_ways()),
        "claims": claims_page.as_html(made_up.verdicts(), MADE),
        "evidence": evidence_page.as_html(evidence("sleep"), MADE),
        "plan": plan_page.as_html(whole_plan(), made=MADE),
        "plan-one": plan_page.as_html(whole_plan(outcomes=whole_plan().outcomes[:1]), made=MADE),
        "scoreboard": scoreboard_page.as_html(*made_up.scoreboard(), MADE),
        "challenges": challenges_page.as_html(made_up.tried(*FEW), MADE),
        "simulate": simulate_page.as_html(made_up.contrast(), MADE),
        "change": change_page.as_html(made_up.change(), "visits.csv", MADE),
    }
    for name, text in texts.items():
        publish(folder / f"{name}.html", text)
    return folder
