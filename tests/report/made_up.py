"""Results made by hand, as the pages take them: no simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import xarray as xr

from effleurage.evidence.challenges.tried import Tried, try_out
from effleurage.evidence.claims.claims import claims
from effleurage.evidence.claims.delivered import Delivered
from effleurage.evidence.claims.verdicts import Verdict, judge
from effleurage.evidence.published.ledger import ledger
from effleurage.lab.contrast.contrast import Contrast
from effleurage.lab.contrast.readouts import every_readout, shipped_readouts
from effleurage.lab.untreated.change import Compared, compare
from effleurage.lab.untreated.pair import Pair
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Twin, whole_body
from effleurage.protocol.model import Protocol
from effleurage.report.colours import DIFFERENCE, MASSAGE, REST
from effleurage.report.four_ways.four_ways import WAYS, FourWays

SOURCES = ("Noto 2010, doi 10.1007/s00540-010-1028-9", "PMID 24834078", "https://pmc.ncbi.nlm.nih.gov/articles/PMC1/")


def curves(quantity: str, axis: str) -> pd.DataFrame:
    """Two worlds and their difference for one quantity, with quartiles, as ``FourWays`` has them."""
    places = np.arange(-1.0, 4.0, 0.5) if axis == "hour" else np.arange(1.0, 57.0, 5.0)
    tables = []
    for world, level in ((MASSAGE, 1.0), (REST, 2.0), (DIFFERENCE, -1.0)):
        mean = level + 0.1 * np.sin(places)
        columns = {"quantity": quantity, axis: places, "world": world, "mean": mean}
        tables.append(pd.DataFrame({**columns, "low": mean - 0.2, "high": mean + 0.2}))
    return pd.concat(tables, ignore_index=True)


def four_ways() -> FourWays:
    """All of the page of the four ways, with a study whose name would be markup."""
    numbers = {"control": 204.0, "treated": 203.2, "difference": -0.819, "spread": 1.0}
    numbers |= {"person_low": -0.281, "person_high": -0.0388, "uncertain_low": -0.506, "uncertain_high": 0.0318}
    words = "lower at best guess, but the sign is not known"
    effects = pd.DataFrame(
        [
            {"way": o.way, "quantity": o.quantity, "label": o.label, "window": o.window, "unit": "nmol_per_L"}
            | numbers
            | {"matters": o.noticed.value if o.noticed else float("nan"), "words": words}
            | {"matters_source": o.noticed.cited if o.noticed else ""}
            for o in shipped_readouts()
        ]
    )
    basis = pd.DataFrame(
        [
            {"way": way.name, "name": "gain", "value": 1.0, "unit": "minute", "grade": "D", "source": "assumed"}
            | {"meaning": "a gain", "share": 0.4}
            for way in WAYS
        ]
    )
    studies = pd.DataFrame(
        [
            {"study": "A <b>bold</b> study", "arm": "rest", "outcome": "IgA", "published": "up", "simulated": "−1 %"}
            | {"agrees": agrees, "note": "& more"}
            for agrees in ("yes", "no", "not comparable")
        ]
    )
    return FourWays(
        title="Weekly massage",
        people="200 people",
        effects=effects,
        session=pd.concat([curves(q, "hour") for way in WAYS for q in way.session]),
        course=pd.concat([curves(q, "day") for way in WAYS for q in way.course]),
        basis=basis,
        studies=studies,
        sources={"assumed": "assumed by us"},
        verdicts=[judge(claim, ledger(), None) for claim in claims()],
    )


def world(less: float = 0.0) -> xr.Dataset:
    """Nine days of five quantities in three people; pain is lower by so much, the last all but never moves."""
    time = np.arange(0.0, 9 * 1440.0, 240.0)
    wave = np.sin(time / 900.0)[:, None] + np.array([[-0.5, 0.0, 0.5]])
    known = {
        "pain": ("pain felt, 0-10", "dimensionless", 5.0 - less + wave),
        "heart_rate": ("heart rate", "per_minute", 66.0 + 4 * wave),
        "iga_concentration": ("salivary IgA concentration (depends on flow)", "ug_per_mL", 485.0 + 90 * wave),
        "gr_resistance": ("glucocorticoid-receptor resistance", "dimensionless", 1.3 + 0.01 * wave),
        "muscle_flow": ("muscle blood flow, relative to rest", "dimensionless", 1.0 + 1e-17 * less + 4e-9 * (wave > 1)),
    }
    data = {
        name: (("time", "person"), values, {"units": "", "ledger_unit": unit, "long_name": meaning})
        for name, (meaning, unit, values) in known.items()
    }
    coords = {"time": time, "person": [0, 1, 2], "beyond": ("person", ["", "", ""])}
    attrs = {"title": "Weekly massage of back and neck", "seed": 1, "settings": '{"pain_load": 5}'}
    return xr.Dataset(data, coords=coords, attrs=attrs)


def contrast() -> Contrast:
    """Every quantity of two worlds at the end of a session and over the last week; one differs by rounding alone."""
    words = "lower at best guess, but the sign is not known"
    row = {"control": 485.0, "treated": 484.0, "difference": -1.0, "spread": 90.0, "matters": float("nan")}
    row |= {"person_low": -17.3, "person_high": -4.1, "uncertain_low": -1.48, "uncertain_high": 2.7}
    still = {"control": 1.3, "difference": -1.1e-17, "person_low": -3.4e-15, "person_high": 4.7e-15}
    still |= {"uncertain_low": -5.3e-15, "uncertain_high": 1.1e-14}
    worlds = Twin(world(1.0), world())
    readouts = every_readout({str(name): "" for name in worlds.control.data_vars}, [(0.0, 60.0)])
    effects = pd.DataFrame(
        [
            {**row, "way": o.way, "quantity": o.quantity, "label": o.label, "window": o.window, "matters_source": ""}
            | {"unit": worlds.control[o.quantity].attrs["ledger_unit"], "words": words}
            | (still | {"words": "no difference at all"} if o.quantity == "gr_resistance" else {})
            for o in readouts
        ]
    )
    return Contrast(effects, np.zeros((0, len(effects))), worlds, Cohort.of(3))


def delivered(rising: float = 0.98, n_per_arm: int | None = 64) -> Delivered:
    """What the body gives to a claim: up in a share of the draws, by 2 of 50 units."""
    sign = 1 if rising > 0.5 else -1
    low, high = sorted((sign * 0.5, sign * 3.5))
    relative = (sign * 4.0, 2 * low, 2 * high)
    return Delivered(sign * 2.0, low, high, "units", 50.0, relative, rising, sign * 0.5, n_per_arm, "an hour", "rest")


def verdicts() -> list[Verdict]:
    """A verdict on every claim; the body goes the claimed way wherever it has the quantity."""
    return [
        judge(claim, ledger(), delivered(0.02 if claim.direction == "down" else 0.98) if claim.quantity else None)
        for claim in claims()
    ]


def pretended(protocol: Protocol, cohort: Cohort, *, keep: Sequence[str], **_: Any) -> xr.Dataset:
    """As ``simulate``, but that all quantities go up by two fifths at 10:00 of day 2 and fall back within hours."""
    time = np.array(protocol.samples)
    after = np.maximum(time - 2040, 0)
    course = 1 + 0.4 * (time >= 2040) * np.exp(-after / 90)
    people = np.exp(np.linspace(-0.3, 0.3, len(cohort.persons)))
    rests = {name: whole_body().quantities[name].rest for name in keep}
    levels = {name: float(rest) if isinstance(rest, int | float) else 16.0 for name, rest in rests.items()}
    data = {name: (("time", "person"), level * course[:, None] * people) for name, level in levels.items()}
    return xr.Dataset(data, coords={"time": time, "person": cohort.persons})


def tried(*names: str) -> Tried:
    """Every challenge, or those named, on people who are not simulated."""
    with patch("effleurage.evidence.norms.looked.simulate", pretended):
        whole = try_out()
    kept = tuple(one for one in whole.challenges if not names or one.id in names)
    known = {one.id for one in kept}
    table = whole.table[whole.table["challenge"].isin(known)].reset_index(drop=True)
    return replace(
        whole, challenges=kept, table=table, panels=tuple(one for one in whole.panels if one.challenge in known)
    )


def change() -> Compared:
    """Ten people measured twice, five of them a control, and three without one; the untreated people are few."""
    rows = [
        Pair(
            "systolic pressure",
            first,
            first + fall + own,
            600.0,
            645.0,
            participant=f"{condition} <{place}>",
            condition=condition,
        )
        for condition, fall in (("massage", -12.0), ("rest", 0.0))
        for place, (first, own) in enumerate(((112.0, 0.5), (116.0, -1.0), (121.0, 1.5), (124.0, -0.5), (128.0, 1.0)))
    ]
    rows += [Pair("STAI-S", b, b - 9, 600.0, 645.0, participant=f"client {b:g}") for b in (42.0, 46.0, 51.0)]
    return compare(rows)


def scoreboard() -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    """Targets of every status, why one misses, and distributions."""
    row = {"ring": "norm", "use": "fit", "population": "35,302 adults of 20 years and more, 4 min of rest", "n": 12.0}
    row |= {"published": 55.2, "published_low": 52.8, "published_high": 57.6, "unit": "nmol/L", "simulated": 0.0462}
    row |= {"fold_error": 1.016, "tau": 0.15, "covered": True, "seen": "A", "note": "", "study": "a study"}
    states = ("red", "yellow", "green", "ungated")
    table = pd.DataFrame(
        [
            {
                **row,
                "id": f"hydrocortisone 100 mg, time of fewest lymphocytes, {status}",
                "status": status,
                "status_1": "green" if status == "yellow" else status,
                "distance": float(place),
            }
            | {"source": SOURCES[place % len(SOURCES)], "use": ("fit", "predict", "seen", "fit")[place]}
            for place, status in enumerate(states)
        ]
    )
    band = {"use": "fit", "unit": "nmol/L", "n": 1500, "individuals": False, "inside": 1410, "chance": 0.0123}
    band |= {"published": 209.7, "published_low": 89.5, "published_high": 264.1, "crps_ratio": 1.05}
    band |= {"simulated": 175.3, "simulated_low": 88.5, "simulated_high": 373.3, "status": "green"}
    spread = pd.DataFrame([{**band, "id": "stress test, cortisol before", "population": "15 adults"}])
    spread["source"] = SOURCES[0]
    return (
        table,
        {str(table["id"][0]): "Laboratories differ: the 20 men to whom the equations were fitted had 49 pg/mL at 3 h."},
        spread,
    )
