"""What XLA is told: our way, or another's; and that it is known by what was computed with it."""

from __future__ import annotations

import pytest

from effleurage.engine.flags import FLAGS, OURS, tell_xla
from effleurage.engine.provenance import processor


@pytest.mark.parametrize("before", ["", "--xla_cpu_enable_fast_math=true", "--xla_cpu_prefer_vector_width=256"])
def test_ours_are_told_beside_those_of_others_once(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FLAGS, before)
    told = tell_xla()
    assert {*before.split()} <= {*told.split()}
    assert all(told.count(name) == 1 for name in OURS)
    assert tell_xla() == told


def test_what_was_computed_is_bound_to_what_xla_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before = processor()
    assert processor() == before
    monkeypatch.setenv(FLAGS, "--xla_cpu_enable_fast_math=true")
    assert processor() != before
