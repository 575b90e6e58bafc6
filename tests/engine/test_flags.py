"""What XLA is told: our way, or another's; and that it is known by what was computed with it."""

from __future__ import annotations

import os
import subprocess
import sys

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


def test_xla_is_told_before_jax_looks_for_a_device() -> None:
    """Later XLA does not listen, and what it then computes would stand under a key that says it did."""
    look = "import os, jax; look = jax.default_backend; jax.default_backend = lambda: print(os.environ) or look()"
    lines = f"{look}; from effleurage.engine.provenance import processor; processor()"
    plain = {name: value for name, value in os.environ.items() if name != FLAGS}
    said = subprocess.run([sys.executable, "-c", lines], env=plain, text=True, capture_output=True, check=True).stdout
    assert all(name in said for name in OURS)
