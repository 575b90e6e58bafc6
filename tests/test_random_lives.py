"""What the proof of random lives calls named, inside and outside; the lives themselves take long: ``make prove``."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import xarray as xr

from effleurage.body.ledger import Quantity
from effleurage.people.simulate import whole_body
from effleurage.protocol.stimuli import catalogue

PROOFS = Path(__file__).parent / "proofs"
LEDGER = {
    "systolic": Quantity("systolic", "heart", "mmHg", 118, 60, 300, "pressure", readout=True, vital=True),
    "acth": Quantity("acth", "stress", "pg_per_mL", 18, 0, 2000, "hormone", readout=True),
}
PEOPLE = 4


@pytest.fixture
def proof(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The proof; proofs import each other as scripts of one folder do."""
    monkeypatch.syspath_prepend(str(PROOFS))
    return importlib.import_module("random_lives")


def world(quantity: str = "acth", value: float = 20.0, status: str = "ok", beyond: str = "") -> xr.Dataset:
    """Five times of four people; at one time the last of them has a value of its own, and what is said of it."""
    values = {"systolic": np.full((5, PEOPLE), 118.0), "acth": np.full((5, PEOPLE), 18.0)}
    values[quantity][2, -1] = value
    told = {"status": ["ok"] * (PEOPLE - 1) + [status], "beyond": [""] * (PEOPLE - 1) + [beyond]}
    coords = {name: ("person", np.array(said)) for name, said in told.items()}
    return xr.Dataset({name: (("time", "person"), own) for name, own in values.items()}, coords=coords)


def test_lives_in_their_range_are_silent(proof: ModuleType) -> None:
    tally = proof.Tally()
    tally.look(world(), LEDGER, "abcd")
    assert (tally.lives, tally.share, tally.unnamed, tally.lost, tally.left) == (4, 1.0, [], [], [])
    assert tally.ends["acth"] == (18.0, 20.0)
    assert all(figure.holds for figure in tally.figures("lives", LEDGER))


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (world("acth", np.nan), "neither finite nor named"),
        (world("systolic", np.inf), "neither finite nor named"),
        (world("systolic", 59.0), "neither finite nor named"),
        (world("acth", 2001.0), ": acth"),
        (world("acth", -1.0), "read-outs in their range"),
        (world("systolic", 59.0, beyond="systolic 59 mmHg on day 1 at 00:02"), ": systolic"),
        (world("systolic", np.nan, status="not finite by minute 2"), ": systolic"),
        (world("systolic", np.nan, status="not finite by minute 2"), "not finite, and named"),
        (world("systolic", 59.0, beyond="systolic 59 mmHg on day 1 at 00:02"), "beyond the limits of life, and named"),
    ],
)
def test_a_life_that_is_not_as_it_should_be_fails_by_what_is_wrong(
    proof: ModuleType, bad: xr.Dataset, fault: str
) -> None:
    tally = proof.Tally()
    tally.look(bad, LEDGER, "abcd")
    assert any(figure.what.endswith(fault) for figure in tally.figures("lives", LEDGER) if not figure.holds)


def test_a_protocol_may_drive_people_out_of_life_but_an_ordinary_day_may_not(proof: ModuleType) -> None:
    tally = proof.Tally()
    tally.look(world("systolic", 59.0, beyond="systolic 59 mmHg on day 1 at 00:02"), LEDGER, "abcd")
    left = "lives: beyond the limits of life, and named"
    for ordinary in (True, False):
        found = {figure.what: figure for figure in tally.figures("lives", LEDGER, ordinary=ordinary)}
        assert found[left].holds is not ordinary
        assert found[left].found == "1: d: systolic 59 mmHg on day 1 at 00:02 (by systolic 1)"


def test_who_is_named_is_told_and_is_no_fault_but_in_the_share(proof: ModuleType) -> None:
    tally = proof.Tally()
    tally.look(world("systolic", 59.0, beyond="systolic 59 mmHg on day 1 at 00:02"), LEDGER, "abcd")
    tally.look(world("acth", np.nan, status="not finite by minute 2"), LEDGER, "efgh")
    assert tally.left == ["d: systolic 59 mmHg on day 1 at 00:02"] and proof.counted(tally.left) == "systolic 1"
    assert tally.lost == ["h: not finite by minute 2"] and tally.unnamed == []
    assert tally.share == 1 - 2 / 80 and tally.share_of("acth") == 1 - 1 / 40


def test_a_step_may_pass_an_end_by_its_own_error(proof: ModuleType) -> None:
    tally = proof.Tally()
    tally.look(world("acth", -1e-6), LEDGER, "abcd")
    assert tally.share == 1.0


def test_protocols_are_drawn_anew_and_again(proof: ModuleType) -> None:
    some = [proof.Luck(number).protocol() for number in range(40)]
    assert some == [proof.Luck(number).protocol() for number in range(40)]
    assert len({protocol.model_dump_json() for protocol in some}) == 40
    kinds = {entry.kind for protocol in some for entry in protocol.timeline}
    assert len(kinds) > 0.8 * len(catalogue().kinds)
    assert sum(bool(protocol.sessions) for protocol in some) > 30


def test_the_laboratory_has_every_kind_that_is_no_visit(proof: ModuleType) -> None:
    kinds = [dose.kind for dose in proof.laboratory().timeline]
    assert sorted(kinds) == sorted(name for name, kind in catalogue().kinds.items() if not kind.visit)


def test_anybody_is_of_any_age_and_either_sex(proof: ModuleType) -> None:
    rows = whole_body().parameters
    people = proof.Anybody(np.arange(1000))
    ages = people.values(rows["age"])
    assert ages.min() >= 18 and ages.max() <= 90
    assert np.allclose(np.quantile(ages, [0.25, 0.5, 0.75]), [36, 54, 72], atol=3)
    assert 0.4 < people.values(rows["female"]).mean() < 0.6 and set(people.values(rows["female"])) == {0.0, 1.0}
    assert np.log(people.values(rows["output_rest"])).std() == pytest.approx(rows["output_rest"].between, rel=0.1)


def test_a_row_is_moved_alone_and_to_its_bound_at_most(proof: ModuleType) -> None:
    rows = whole_body().parameters
    moves = (("output_rest", 4.0), ("diastolic_rest", -4.0), ("long_share", 4.0), ("female", -4.0), ("vagal_time", 4.0))
    people = proof.RowByRow(np.zeros(5, int), typical=True, steady=True, moves=moves)
    output = rows["output_rest"]
    assert np.allclose(people.values(output), [output.value * np.exp(4 * output.between), *[output.value] * 4])
    wide = rows["diastolic_rest"]
    assert people.values(wide)[1] == pytest.approx(max(wide.low, wide.value * np.exp(-4 * wide.between)))
    least, most = rows["long_share"], people.values(rows["long_share"])[2]
    assert most == pytest.approx(min(least.high, least.value * np.exp(4 * least.between)))
    assert list(people.values(rows["female"])) == [0.5, 0.5, 0.5, 0.0, 0.5]
    alike = rows["vagal_time"]
    assert alike.between == 0 and people.values(alike)[4] == pytest.approx(alike.value * np.exp(4 * alike.uncertainty))
