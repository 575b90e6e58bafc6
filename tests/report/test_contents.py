"""Pages on disk and their list: whole, in order, and nobody else's file is touched."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from effleurage.errors import RunError
from effleurage.evidence.published.appraisal import evidence
from effleurage.report.claims.claims_page import as_html as claims_page
from effleurage.report.contents import INDEX, pages_of, publish
from effleurage.report.evidence.evidence_page import as_html as evidence_page
from effleurage.report.pages import Made

FOREIGN = "<!doctype html><title>my own site</title>"


@pytest.fixture(scope="module")
def older() -> str:
    return claims_page([], Made(day=date(2027, 1, 1)))


@pytest.fixture(scope="module")
def newer() -> str:
    return evidence_page(replace(evidence("cortisol"), groups=(), asked="<b> & more"), Made(day=date(2027, 2, 1)))


def test_every_page_is_listed_the_newest_first(tmp_path: Path, older: str, newer: str) -> None:
    publish(tmp_path / "b.html", newer)
    publish(tmp_path / "a b&c.HTM", older)
    (tmp_path / "foreign.html").write_text(FOREIGN, encoding="utf-8")
    publish(tmp_path / "z.html", newer)
    assert [one.name for one in pages_of(tmp_path)] == ["b.html", "z.html", "a b&c.HTM"]
    text = (tmp_path / INDEX).read_text(encoding="utf-8")
    assert 'href="a%20b%26c.HTM">What can be said of massage</a><time datetime="2027-01-01">' in text
    assert "&lt;b&gt; &amp; more" in text and "<b> &" not in text
    assert "foreign" not in text and 'href="index.html"' not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a b&c.HTM", "b.html", "foreign.html", INDEX, "z.html",
    ]  # fmt: skip


def test_a_page_that_is_gone_leaves_the_list(tmp_path: Path, older: str) -> None:
    publish(tmp_path / "a.html", older)
    publish(tmp_path / "b.html", older)
    (tmp_path / "a.html").unlink()
    publish(tmp_path / "b.html", older)
    text = (tmp_path / INDEX).read_text(encoding="utf-8")
    assert 'href="b.html"' in text and 'href="a.html"' not in text


@pytest.mark.parametrize("kept", [FOREIGN, "", "<meta name='generator' content='Another 1.0'>"])
def test_an_index_of_somebody_else_stays(tmp_path: Path, older: str, kept: str) -> None:
    (tmp_path / INDEX).write_text(kept, encoding="utf-8")
    publish(tmp_path / "a.html", older)
    assert (tmp_path / INDEX).read_text(encoding="utf-8") == kept


def test_a_page_that_somebody_calls_index_stays_that_page(tmp_path: Path, older: str, newer: str) -> None:
    publish(tmp_path / INDEX, older)
    publish(tmp_path / "b.html", newer)
    assert (tmp_path / INDEX).read_text(encoding="utf-8") == older


def test_a_folder_a_dangling_link_and_an_unreadable_page_are_left_alone(tmp_path: Path, older: str) -> None:
    (tmp_path / "page.html").mkdir()
    (tmp_path / "lost.html").symlink_to(tmp_path / "nowhere.html")
    (tmp_path / INDEX).symlink_to(tmp_path / "nowhere")
    publish(tmp_path / "a.html", older)
    assert [one.name for one in pages_of(tmp_path)] == ["a.html"]
    assert not (tmp_path / "nowhere").exists()


def test_a_name_of_any_bytes_is_a_link(tmp_path: Path, older: str) -> None:
    name = os.fsdecode(b"caf\xe9.html")
    try:
        publish(tmp_path / name, older)
    except (OSError, RunError):
        pytest.skip("this file system takes no such name")
    assert 'href="caf%E9.html"' in (tmp_path / INDEX).read_text(encoding="utf-8")


def test_what_is_no_page_by_its_name_makes_no_list(tmp_path: Path, older: str) -> None:
    publish(tmp_path / "page.txt", older)
    assert not (tmp_path / INDEX).exists()


def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path, older: str) -> None:
    with pytest.raises(RunError, match=r"a\.html"):
        publish(tmp_path / "missing" / "a.html", older)
    assert list(tmp_path.iterdir()) == []
