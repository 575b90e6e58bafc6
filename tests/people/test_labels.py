from __future__ import annotations

import pint
import pytest
import xarray as xr

from effleurage.body.compose import Body
from effleurage.body.units import DEFINITIONS, IN_MINUTES, KNOWN, standard
from effleurage.people.cohort import Cohort
from effleurage.people.labels import quantity_labels
from effleurage.people.simulate import simulate, twin
from effleurage.protocol.model import Protocol


@pytest.fixture(scope="module")
def units() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry()


@pytest.mark.parametrize("unit", sorted(KNOWN))
def test_every_unit_of_the_ledger_is_read_by_a_unit_library(units: pint.UnitRegistry[float], unit: str) -> None:
    assert units.parse_units(standard(unit)) is not None


@pytest.mark.parametrize(
    ("unit", "same"),
    [
        ("nmol_per_L", "1e-9 mole / litre"),
        ("mL_per_minute_per_mmHg", "millilitre / minute / millimeter_Hg"),
        ("per_minute_per_year", "1 / minute / year"),
        ("G_per_L", "1e9 / litre"),
        ("pg_per_mL_per_hour", "1e-12 gram / millilitre / hour"),
        ("dimensionless", "1"),
    ],
)
def test_the_unit_is_the_one_that_the_ledger_means(units: pint.UnitRegistry[float], unit: str, same: str) -> None:
    assert unit in DEFINITIONS or unit in IN_MINUTES or unit == "dimensionless"
    assert (units.Quantity(1, standard(unit)) / units.Quantity(same)).to_base_units().magnitude == pytest.approx(1)


def test_quantities_carry_both_units_and_their_meaning(body: Body) -> None:
    labels = quantity_labels(body)
    assert labels["cortisol"] == {
        "units": "nmol/L",
        "ledger_unit": "nmol_per_L",
        "long_name": body.quantities["cortisol"].meaning,
    }
    assert set(labels) == set(body.quantities)


def test_a_run_says_all_that_makes_it_again(short: Protocol, body: Body) -> None:
    world = simulate(short, 2, seed=3, settings={"age": 60}, keep=["cortisol"])
    assert world.attrs["title"] == "one visit" and world.attrs["seed"] == 3
    assert world.attrs["body"] == body.digest and world.attrs["source"].startswith("effleurage ")
    assert world.attrs["settings"] == '{"age": 60}'
    assert world.identical(simulate(short, 2, seed=3, settings={"age": 60}, keep=["cortisol"]))


def test_both_worlds_of_twins_say_which_they_are(short: Protocol) -> None:
    worlds = twin(short, "rest", Cohort.of(2), keep=["cortisol"])
    assert worlds.control.attrs["title"] == "one visit (control: rest)"
    assert worlds.treated.attrs["title"] == "one visit"
    assert worlds.difference.cortisol.attrs["units"] == "nmol/L"


def test_a_library_that_reads_files_leaves_times_and_labels_as_they_are(short: Protocol) -> None:
    world = simulate(short, 1, keep=["cortisol"]).drop_vars(["status", "beyond"])
    read = xr.decode_cf(world)
    assert read.time.dtype == world.time.dtype and read.time.attrs["units"] == "min"
    assert read.attrs == world.attrs
