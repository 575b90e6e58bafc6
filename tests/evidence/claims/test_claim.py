"""A claim as data: words that must be known elsewhere are looked up where a lexicon is given."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from effleurage.errors import TargetError
from effleurage.evidence.claims.claim import Lexicon, Smallest, Sourced, Step
from effleurage.protocol.tables import fitted

LEXICON: Lexicon = {"source": lambda name: None if name == "Meier2020" else (f"'{name}' is unheard of", "Cite it.")}


def sourced(table: dict[str, Any], lexicon: Lexicon | None) -> Sourced:
    return fitted(Sourced, table, "x.toml", TargetError, lexicon)


def test_a_source_is_looked_up_by_the_reader() -> None:
    assert sourced({"text": "a", "sources": ["Meier2020"]}, LEXICON) == Sourced("a", ("Meier2020",))
    with pytest.raises(TargetError) as refused:
        sourced({"text": "a", "sources": ["Meier2020", "us", "them"]}, LEXICON)
    assert [str(finding) for finding in refused.value.findings] == [
        "x.toml, sources: 'us' is unheard of. Cite it.",
        "x.toml, sources: 'them' is unheard of. Cite it.",
    ]
    assert sourced({"text": "a", "sources": ["us"]}, None).sources == ("us",)


def test_a_step_without_a_source_is_refused_and_none_is_changed() -> None:
    with pytest.raises(TargetError, match="x.toml, source: is empty"):
        fitted(Step, {"arrow": "a", "source": [], "grade": "B", "note": ""}, "x.toml", TargetError)
    with pytest.raises(FrozenInstanceError):
        Sourced("a", ("b",)).text = "c"  # type: ignore[misc]


@pytest.mark.parametrize("value", [10, 1.5])
def test_a_size_stays_as_it_is_written(value: float) -> None:
    told = {"value": value, "unit": "points", "source": "us", "grade": "D"}
    assert repr(fitted(Smallest, told, "x.toml").value) == repr(value)
    for wrong in ("10", True, None, [10]):
        with pytest.raises(TargetError, match="x.toml, value: is not a number"):
            fitted(Smallest, {**told, "value": wrong}, "x.toml", TargetError)
