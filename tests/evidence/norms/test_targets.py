"""Target files: ours are sound, and a bad one is refused by file, target and field."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import TargetError
from effleurage.evidence.norms.targets import Target, known_misses, read_targets, shipped_targets

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
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
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
        ("n = 10", "n = " + "9" * 400, "n", "10,000,000 at most"),
        ("value = 300", "value = inf", "value", "finite"),
        ("value = 300", "value = 1e400", "value", "finite"),
        ("value = 300", "value = nan", "value", "finite"),
        ("value = 300", "value = 99999999999999999999", "value", "no measurement"),
        ("value = 300", "value = " + "9" * 400, "value", ""),
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no [[target]] rows"),
        ("[[target]\n", "not a TOML file"),
        ("target = 5", "no [[target]] rows"),
        ('target = "abc"', "no [[target]] rows"),
        ("target = []", "no [[target]] rows"),
        ("[target]", "no [[target]] rows"),
        ("[target]\nid = 1", "no [[target]] rows"),
        ("target = 1979-05-27", "no [[target]] rows"),
        ("target = {a = 1}", "no [[target]] rows"),
        ("target = [1, 2]", "target 2: 2 is no target"),
        ("target = [[{}]]", "target 1: [{}] is no target"),
        ('target = ["' + "a" * 999 + '"]', "is no target"),
        ("x = " + "9" * 5000, "a number too long"),
        ("[[target]]\nn = " + "9" * 5000, "a number too long"),
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deep"),
        ("x = " + "{a = " * 5000 + "1" + "}" * 5000, "nested too deep"),
        ("#" * 1_100_000, "over 1 MB"),
        ("\ud800", "not UTF-8"),
    ],
)
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


def test_only_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    for name in ("pipe.toml", "zero.toml"):
        with pytest.raises(TargetError, match="is no plain file"):
            read_targets([tmp_path / name])


VALUES = st.sampled_from(
    [
        *("1", "0", "-1", "5.5", "inf", "nan", "1e308", "-1e308", "9" * 400, "true", '""', '"x"', "[]", "{}", "[1]"),
        *(
            '"day 2 08:00"',
            '"every 0 min from day 1 00:00 to 24:00"',
            "{at = 1}",
            '{at = "day 1 08:00"}',
            "{world = 5}",
        ),
        *("{world = {days = 9999999999999}}", '{timeline = ["x"]}', "{people = {age = {mean = 1}}}", '{up = "25:00"}'),
        *('{lights_out = "\'"}', "1979-05-27", "07:32:00", '"\\u0000"', "[" * 60 + "]" * 60, '"ratio"', '"retest"'),
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from([*Target.model_fields, "x"]), VALUES, max_size=4))
def test_whatever_is_in_a_target_it_is_read_or_refused(changes: dict[str, str], tmp_path: Path) -> None:
    lines = [line for line in GOOD.splitlines() if line.partition(" = ")[0] not in changes]
    path = tmp_path / "mine.toml"
    path.write_text("\n".join([*lines, *(f"{field} = {value}" for field, value in changes.items())]))
    try:
        assert len(read_targets([path])) == 1
    except TargetError as error:
        assert all("mine.toml" in finding.where for finding in error.findings)
