"""Nine in ten real people whom nobody treats lie in the band of what was to be expected, at every distance.

The people are those who were kept from fitting (tubes of both halves had been looked at before): hearts of the Holter
records asleep and in quiet waking hours, tubes of cortisol at every pair of a morning, on the next morning and at rest
before a stress test, and successive nights of a sleep mat. At each distance the exact 95 % interval of the share inside
must reach into 85 to 95 %, all distances of an outcome together must lie in it, and the band must not be wider than
1.15 times the range that holds 90 % of the people's own changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from proof import ROOT, Figure, percent
from scipy.stats import binomtest

from effleurage.arrays import Floats
from effleurage.evidence.norms.courses import INDICES, resting, stretches
from effleurage.lab.instruments.instruments import instrument_of, instruments
from effleurage.lab.untreated.bank import Bank
from effleurage.lab.untreated.change import compare
from effleurage.lab.untreated.expected import expected
from effleurage.lab.untreated.hours import ABOUT, Hours
from effleurage.lab.untreated.pair import Pair
from effleurage.lab.untreated.sides import Habits

SOURCES = (
    "src/effleurage/body/*",
    "src/effleurage/engine/*.py",
    "src/effleurage/people/*.py",
    "src/effleurage/lab/instruments/*",
    "src/effleurage/lab/heart/*",
    "src/effleurage/lab/untreated/*",
    "src/effleurage/evidence/norms/courses.*",
)
DATA = ROOT.parent / "shared" / "data"
LOW, HIGH, WIDEST = 0.85, 0.95, 1.15
LAGS = (5.0, 15.0, 30.0, 60.0, 120.0, 240.0)
BEGINS = {"asleep": 90.0, "quiet waking": 900.0}
"""Clock minute at which the stretch of a heart is taken to be; a record does not say the hour."""
HOLTER = {"age": {"mean": 52, "sd": 12}}
"""People of 28 to 76 years, as in evidence/norms/distributions.toml."""
NMOL_PER_UG_DL = 27.59
REST = 810.0
"""Clock minute of the first tube before the stress test."""


@dataclass(frozen=True)
class Held:
    """Real changes beside their band, on the scale of the instrument: (n,) each; NaN where nothing was foretold."""

    first: Floats
    second: Floats
    low: Floats
    high: Floats

    @property
    def inside(self) -> int:
        """How many lie in their band."""
        return int(((self.second >= self.low) & (self.second <= self.high)).sum())

    @property
    def known(self) -> int:
        """How many have a band."""
        return int(np.isfinite(self.low).sum())

    @property
    def width(self) -> float:
        """Mean width of the band over the range that holds 90 % of the changes."""
        change = self.second - self.first
        return float(np.nanmean(self.high - self.low) / np.subtract(*np.quantile(change, [0.95, 0.05])))


def prove(quick: bool) -> Iterator[Figure]:
    """Tubes, nights, hearts."""
    if not DATA.is_dir():
        raise FileNotFoundError(f"the public data sets are not at {DATA}")
    yield from told("cortisol in saliva, a morning", mornings())
    yield from told("cortisol in plasma, at rest", rests())
    yield from told("total sleep", nights())
    yield from hearts(("heart rate",) if quick else tuple(INDICES.values()))


def told(outcome: str, distances: dict[str, Held]) -> Iterator[Figure]:
    """Each distance, and all of them together."""
    for name, held in distances.items():
        share = binomtest(held.inside, held.known).proportion_ci()
        found = f"{percent(held.inside / held.known)} ({percent(share.low)} to {percent(share.high)}) of {held.known}"
        refused = len(held.first) - held.known
        holds = share.high >= LOW and share.low <= HIGH and held.width <= WIDEST
        yield Figure(
            f"{outcome}, {name}: inside the band; its width over the data's own",
            f"{found}{f', {refused} refused' * bool(refused)}; {held.width:.2f}",
            f"{percent(LOW)} to {percent(HIGH)}; at most {WIDEST:g}",
            holds,
        )
    every = list(distances.values())
    share_of_all = sum(held.inside for held in every) / sum(held.known for held in every)
    yield Figure(
        f"{outcome}, all together: inside the band",
        percent(share_of_all),
        f"{percent(LOW)} to {percent(HIGH)}",
        LOW <= share_of_all <= HIGH,
    )


def hearts(names: tuple[str, ...]) -> Iterator[Figure]:
    """Windows of five minutes, one pair an hour of each stretch."""
    bank, kept = Bank(settings=HOLTER), stretches(DATA / "hrv_nsr2db", "kept")
    for index, name in INDICES.items():
        if name not in names:
            continue
        one = next(one for one in instruments().values() if one.part == index)
        for when, begin in BEGINS.items():
            posture = "" if when == "asleep" else ABOUT
            hours = {lag: Hours(begin, begin + lag, posture=posture) for lag in LAGS}
            bands = expected([(one, own, ()) for own in hours.values()], bank)
            found = {}
            for lag, own in hours.items():
                pairs = np.array([pair for course in kept[f"{name}, {when}"] for pair in hourly(course, lag)])
                first, second = np.exp(pairs[np.isfinite(pairs).all(axis=1)].T)
                band = bands[one, own, ()].foretell(first)
                found[f"{lag:g} min"] = Held(one.transformed(first), one.transformed(second), band.low, band.high)
            yield from told(f"{name}, {when}", found)


def hourly(course: Floats, lag: float) -> Iterator[tuple[float, float]]:
    """Two windows so far apart, one pair from the begin of each hour."""
    step = round(lag / 5)
    for start in range(0, len(course) - step, 12):
        yield course[start], course[start + step]


def rests() -> dict[str, Held]:
    """Tubes at 0, 15 and 30 min of rest before a stress test."""
    one, values = instrument_of("cortisol", "plasma"), NMOL_PER_UG_DL * resting(DATA / "cortisol_tsst_nelson", "kept")
    found = {}
    for before, after in combinations(range(3), 2):
        hours = Hours(REST + 15 * before, REST + 15 * after)
        band = expected([(one, hours, ())])[one, hours, ()].foretell(values[:, before])
        first, second = np.log(values[:, [before, after]].T)
        found[f"{15 * before} and {15 * after} min"] = Held(first, second, band.low, band.high)
    return found


def mornings() -> dict[str, Held]:
    """Tubes of a morning, every pair, and each tube on the next morning."""
    table = pd.read_csv(DATA / "cortisol_car_carwatch" / "cortisol_samples_cleaned.csv")
    for name, column in (("up", "wake_onset_time"), ("clock", "time_abs")):
        table[name] = pd.to_timedelta(table[column]).dt.total_seconds() / 60
    table = table.dropna(subset=["up", "clock", "cortisol"])
    whole = table.groupby(["subject", "night"])["sample"].nunique() == 5
    people = sorted(whole[whole].index.unique("subject"))[1::2]  # as in evidence/norms/courses.py
    table = table[table["subject"].isin(people)]
    pairs = []
    for (who, _), rows in table.groupby(["subject", "night"]):
        tubes = {row["sample"]: row for _, row in rows.iterrows()}
        pairs += [
            _pair(f"{15 * int(a[1])} and {15 * int(b[1])} min", who, tubes[a], tubes[b], 0)
            for a, b in combinations(sorted(tubes), 2)
        ]
    for (who, sample), rows in table.groupby(["subject", "sample"]):
        if len(rows) == 2:
            a, b = (row for _, row in rows.sort_values("night").iterrows())
            pairs.append(_pair(f"{15 * int(sample[1])} min, next morning", who, a, b, 1))
    found = compare(pairs, Habits(resting=False)).table
    return {
        str(name): Held(*np.log(rows[["before", "after", "low", "high"]].to_numpy(dtype=float).T))
        for name, rows in found.groupby("condition", sort=False)
    }


def _pair(name: str, who: str, a: pd.Series, b: pd.Series, days: int) -> Pair:
    after = b["clock"] - (b["up"] - a["up"])  # each tube keeps its distance from getting up on its own day
    return Pair(
        "cortisol", a["cortisol"], b["cortisol"], a["clock"], after, "saliva", "nmol/L", days, who, name, up=a["up"]
    )


def nights() -> dict[str, Held]:
    """Nights of one person on a sleep mat, each beside the one before, whole ones only."""
    table = pd.read_csv(DATA / "sleep_withings_biopsykit" / "sleep.csv")
    asleep = table[["leicht (s)", "tief (s)", "rem (s)"]].sum(axis=1).to_numpy(dtype=float) / 60
    asleep = asleep[asleep > 120]  # a doze of 23 min at 07:42 is no night
    one, hours = instrument_of("TST"), Hours(600.0, 600.0, 1)
    band = expected([(one, hours, ())])[one, hours, ()].foretell(asleep[:-1])
    return {"next night": Held(asleep[:-1], asleep[1:], band.low, band.high)}
