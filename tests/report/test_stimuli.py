"""Every kind of stimulus can be explained, with its course and the source of every number."""

from __future__ import annotations

import json

import pytest

from effleurage.protocol.stimuli import catalogue
from effleurage.report.stimuli import explained, listed, setting


@pytest.mark.parametrize("name", list(catalogue().kinds))
def test_every_kind_is_listed_and_explained(name: str) -> None:
    title, lines, content = explained(name)
    assert title == f"{name}: {catalogue().kinds[name].meaning}"
    assert sum(line.startswith(f"  {name} ") for line in listed()) == 1
    assert json.loads(json.dumps(content, allow_nan=False))["numbers"]
    assert all(f"[{number['grade']}] {number['source']}" in "\n".join(lines) for number in content["numbers"])


def test_a_course_is_told_piece_by_piece() -> None:
    _, lines, content = explained("tsst")
    assert "  speech                       5 min          stressor 1.35" in lines
    assert "  preparing                    what is left   stressor 0.75" in lines
    assert "lasts 13 to 20 min" in lines
    assert content["course"][0] == {"meaning": "preparing", "share": 1, "inputs": {"stressor": 0.75}}
    assert "  again and again, in turns of about 5 min" in explained("arithmetic")[1]


def test_what_must_be_said_is_told() -> None:
    assert any("must be said" in line for line in explained("endotoxin")[1])
    assert any("where it is not said" in line for line in explained("exercise")[1])
    assert any("easy (0.35)" in line for line in explained("exercise")[1])


def test_who_sets_an_input() -> None:
    assert setting("cold") == ["pain", "socially evaluated cold pressor", "cold hand"]
    assert setting("quiet") == []


def test_what_is_no_stimulus_is_none() -> None:
    with pytest.raises(KeyError):
        explained("speach")
