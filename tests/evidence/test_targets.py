"""Target files: ours are sound, and a bad one is refused by file, target and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.errors import TargetError
from effleurage.evidence.targets import known_misses, read_targets, shipped_targets

GOOD = """
[[target]]
id = "a"
ring = "norm"
use = "predict"
quantity = "cortisol"
at = "day 2 08:00"
value = 300
low = 200
high = 400
n = 10
unit = "nmol/L"
population = "adults"
study = "A study"
source = "A source"
seen = "A"
"""


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(TargetError) as caught:
        read_targets([path])
    return str(caught.value)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    (target,) = read_targets([path])
    assert target.standard_error == pytest.approx(200 / (2 * 1.959964))


@pytest.mark.parametrize(
    ("was", "now", "field", "said"),
    [
        ('unit = "nmol/L"', 'unit = "furlongs"', "unit", "'nmol/L'"),
        ('source = "A source"', 'source = " "', "source", "No source, no target"),
        ('source = "A source"\n', "", "source", "required"),
        ('quantity = "cortisol"', 'quantity = "cortisoll"', "quantity", "Did you mean 'cortisol'"),
        ("value = 300", "value = 500", "value", "outside 200 to 400"),
        ("n = 10", "n = 0", "n", "1 or more"),
        ("high = 400\n", "", "low and high", "both ends"),
        ('at = "day 2 08:00"', 'at = "day 9 08:00"', "sample", "after the end"),
        ('at = "day 2 08:00"', 'at = "noon"', "sample", "Write"),
        ('seen = "A"', 'seen = "A"\ncompared = "ratio"', "than and compared", "needs the other"),
        ('seen = "A"', 'seen = "A"\ndirection = "up"', "direction", "of what"),
        ('seen = "A"', 'seen = "A"\nabove = ["b"]', "above", "no target 'b'"),
        ('seen = "A"', 'seen = "A"\ncolour = "red"', "colour", "Known: above, at"),
        ('seen = "A"', 'seen = "A"\nworld = {people = {agee = 3}}', "people", "Did you mean 'age'"),
        ('seen = "A"', 'seen = "A"\nworld = {timeline = ["day 1 10:00: massge, 5 min"]}', "timeline", "massage"),
        ('ring = "norm"', 'ring = "ring"', "ring", "norm"),
    ],
)
def test_a_bad_target_is_refused(tmp_path: Path, was: str, now: str, field: str, said: str) -> None:
    text = refused(tmp_path, GOOD.replace(was, now))
    assert "mine.toml, target a" in text
    assert field in text
    assert said in text


def test_every_finding_at_once(tmp_path: Path) -> None:
    text = refused(tmp_path, GOOD.replace("n = 10", "n = 0") + GOOD.replace('unit = "nmol/L"', 'unit = "x"'))
    assert "1 or more" in text
    assert "'x' does not fit" in text


def test_five_targets_from_one_study_are_too_many(tmp_path: Path) -> None:
    many = "".join(GOOD.replace('id = "a"', f'id = "{name}"') for name in "abcde")
    assert "5 targets from one study" in refused(tmp_path, many)


@pytest.mark.parametrize(("text", "said"), [("", "no [[target]] rows"), ("[[target]\n", "not a TOML file")])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_ours_are_many_from_many_studies_and_most_are_predicted() -> None:
    targets = shipped_targets()
    gated = [target for target in targets if target.seen != "-"]
    assert len(gated) >= 80
    assert len({target.study for target in gated}) >= 30
    assert sum(target.use == "predict" for target in gated) >= 30
    assert all(target.use == "predict" for target in targets if target.ring == "massage")


def test_every_reason_belongs_to_a_target() -> None:
    assert set(known_misses()) <= {target.id for target in shipped_targets()}
