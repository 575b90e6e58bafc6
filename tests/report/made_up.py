"""Results made by hand, as the pages take them: no simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from effleurage.evidence.claims.claims import claims
from effleurage.evidence.claims.delivered import Delivered
from effleurage.evidence.claims.verdicts import Verdict, judge
from effleurage.evidence.published.ledger import ledger
from effleurage.lab.contrast.readouts import shipped_readouts
from effleurage.lab.untreated.change import Compared, compare
from effleurage.lab.untreated.pair import Pair
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
    return compare(rows, people=64)


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
                "distance": float(place),
            }
            | {"source": SOURCES[place % len(SOURCES)]}
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
