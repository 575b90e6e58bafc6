"""Every page as a reader sees it: wide and on a phone, by day and by night, and printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NAMES = (
    *("four-ways", "claims", "evidence", "plan", "plan-one", "scoreboard", "challenges", "simulate", "change", "index"),
)
WIDE, PHONE, PAPER = 1280, 390, 688
"""Pixels of a window, of a telephone, and of A4 between its margins."""
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
EVERYWHERE = ("overflow", "clipped", "beyond", "broken", "links", "letters", "contrast")


@contextmanager
def opened(browser: Browser, address: str, width: int, *, dark: bool = False, paper: bool = False) -> Iterator[Page]:
    """A page with all that can be unfolded unfolded; what its console says fails the test."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    if paper:
        page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    yield page
    page.close()
    assert said == []


def faults(page: Page, *names: str) -> list[str]:
    """What the checks of these names find."""
    run = f"names => {{ const all = {CHECKS}; return Object.fromEntries(names.map(name => [name, all[name]()])); }}"
    told: dict[str, Any] = page.evaluate(run, list(names))
    return [f"{name}: {fault}" for name in names for fault in told[name]]


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("width", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_read(browser: Browser, pages: Path, name: str, width: int, dark: bool) -> None:
    with opened(browser, (pages / f"{name}.html").as_uri(), width, dark=dark) as page:
        assert faults(page, *EVERYWHERE) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_page_is_whole(browser: Browser, pages: Path, name: str) -> None:
    with opened(browser, (pages / f"{name}.html").as_uri(), PAPER, paper=True, dark=True) as page:
        assert faults(page, *EVERYWHERE) == []
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["four-ways", "evidence", "plan-one", "challenges", "simulate", "change"])
def test_figures_fill_their_card(browser: Browser, pages: Path, name: str) -> None:
    with opened(browser, (pages / f"{name}.html").as_uri(), WIDE) as page:
        assert page.locator("section .plot").count()
        assert faults(page, "filling") == []


def test_every_page_says_how_it_was_made(browser: Browser, pages: Path) -> None:
    with opened(browser, (pages / "claims.html").as_uri(), WIDE) as page:
        foot = page.inner_text("footer")
    assert "seed 1, 2027-03-01" in foot and "effleurage plan '60 min weekly x 6 vs quiet rest'" in foot


def test_the_list_leads_to_every_page(browser: Browser, pages: Path) -> None:
    with opened(browser, (pages / "index.html").as_uri(), WIDE) as page:
        for name in NAMES[:-1]:
            page.click(f"a[href='{name}.html']")
            assert page.locator("h1").count() == 1
            page.go_back()


BROKEN = {
    "overflow": "<p style='width: 2000px'>wide</p>",
    "clipped": "<div style='width: 50px; overflow: auto'><p style='width: 200px'>a column that nobody sees</p></div>",
    "beyond": "<section style='width: 9px'><svg overflow='visible'><text x='9' y='9'>too far</text></svg></section>",
    "contrast": "<p style='color: #999; background: #fff'>pale</p>",
    "broken": "<p style='width: 30px; overflow-wrap: anywhere'>−1234567.8</p>",
    "links": "<a href='https://pmc.ncbi.nlm.nih.gov/articles/PMC1/'>a copy</a><a href='#nowhere'>x</a>",
    "letters": "<svg><text y='9' font-size='9'>small</text><text y='30' font-size='12'>large</text></svg>",
    "filling": "<section><div class='plot'><svg style='width: 300px'></svg></div></section>",
}


@pytest.mark.parametrize("check", [*EVERYWHERE, "filling"])
def test_a_broken_page_would_be_seen(browser: Browser, tmp_path: Path, check: str) -> None:
    path = tmp_path / "broken.html"
    path.write_text(f"<!doctype html><title>x</title><body>{BROKEN[check]}", encoding="utf-8")
    with opened(browser, path.as_uri(), WIDE) as page:
        assert faults(page, check) != []
