"""Sleep outcomes of a night: from a diary, a device's summary or a hypnogram, each instrument by itself.

Definitions: the Consensus Sleep Diary (Carney 2012, Sleep 35:287, doi 10.5665/sleep.1642) for TIB, SOL, WASO and TST;
Reed & Sacco 2016 (J Clin Sleep Med 12:263, doi 10.5664/jcsm.5498) for the denominator of ``se_dse``. A night belongs
to the date of its evening. A night stands alone: nothing is ever taken from the next one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.night.parts import MINUTES, PARTS, RATIOS, SLACK, STAMPS, efficiency_bounds, impossible, parts_of
from effleurage.lab.records import Measured, tidy
from effleurage.lab.wall_clock import even_minutes, may_have_changed, zone_named

INSTRUMENTS = ("diary", "polysomnography", "actigraphy", "sleep_mat", "wearable")
"""What may have watched the night; part of the key, never mixed (diary TST is 40 min above EEG: PMC8314633)."""
OUTCOMES = {"TIB": "min", "SOL": "min", "SPT": "min", "WASO": "min", "TST": "min"} | dict.fromkeys(
    ("se_tib", "se_dse", "sme"), "%"
)
"""Outcome -> unit."""
NOON = 720.0
"""Minutes. Who goes to bed before noon ends the evening of the day before; noon to noon is our choice."""
LONG_IN_BED = 960.0
"""Minutes in bed beyond which we ask whether am and pm were mixed up (ours)."""
LONGEST_GAP = 31
"""Nights without an entry that are listed one by one (ours); a longer gap is between two periods."""

Moment = datetime | float
"""A time stamp, or minutes since the midnight with which the evening's date begins."""


@dataclass(frozen=True)
class Night:
    """One night as one instrument saw it. ``None`` or NaN is "not recorded"; ``why`` may say why, by field.

    ``lights_out`` is the attempt to sleep, ``final_awakening`` the last one; ``minutes_to_sleep`` counts from
    ``lights_out``, ``minutes_awake`` adds the awakenings between, ``minutes_trying`` is the time spent trying to
    sleep after the final awakening (TASAFA), ``minutes_asleep`` is TST where the instrument states it itself.
    ``where`` names file and line; ``missing`` says why there is nothing of this night. Moments are either all
    ``datetime`` or all minutes; ``clocked`` is false where minutes count from the start of a recording.
    """

    participant: str = ""
    session: str = ""
    condition: str = ""
    day: str = ""
    evening: date | None = None
    instrument: str = "diary"
    where: str = ""
    into_bed: Moment | None = None
    lights_out: Moment | None = None
    final_awakening: Moment | None = None
    out_of_bed: Moment | None = None
    minutes_to_sleep: float = math.nan
    minutes_awake: float = math.nan
    minutes_trying: float = math.nan
    minutes_asleep: float = math.nan
    clocked: bool = True
    missing: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def moments(self) -> dict[str, Moment]:
        """The times that were recorded, by field, in the order of a night."""
        return {name: moment for name in STAMPS if (moment := getattr(self, name)) is not None}

    @property
    def belongs_to(self) -> date | None:
        """The date of the evening; from the first stamp where it was not given."""
        first = next((stamp for stamp in self.moments.values() if isinstance(stamp, datetime)), None)
        if self.evening is not None or first is None:
            return self.evening
        return first.date() - timedelta(days=first.hour * 60 + first.minute < NOON)

    @property
    def began(self) -> float:
        """Lights out (else into bed) on the clock, in minutes since the midnight that begins the evening's date."""
        start = self.lights_out if self.lights_out is not None else self.into_bed
        if isinstance(start, datetime):
            midnight = datetime.combine(self.belongs_to or start.date(), datetime.min.time())
            return (start.replace(tzinfo=None) - midnight).total_seconds() / 60
        return math.nan if start is None or not self.clocked else float(start)

    @property
    def key(self) -> tuple[str, ...]:
        """Whose night it is, as seen by what."""
        return (self.participant, self.session, self.condition, self.instrument)


def measure_nights(nights: Iterable[Night], *, zone: str | None = None) -> Measured:
    """Eight outcomes a night: TIB, SOL, SPT, WASO, TST (min), ``se_tib``, ``se_dse``, ``sme`` (%).

    ``zone`` (``Europe/Berlin``) places stamps without an offset, so that a night in which the clocks change has its
    true length. What cannot be computed, and a night that cannot have been, is NaN with a reason; nights without an
    entry between two with one are rows as well. ``time`` is lights out, in minutes since the midnight that begins
    the evening's date (00:30 is 1470). Raises ``RequestError`` for an unknown zone or instrument.
    """
    place = zone_named(zone) if zone else None
    nights = list(nights)
    for night in nights:
        if night.instrument not in INSTRUMENTS:
            fix = nearest(night.instrument, INSTRUMENTS)
            raise RequestError(Finding(night.where, f"no instrument '{night.instrument}'", fix))
    gaps, notes = _gaps(nights)
    across = _across(nights)
    entries = Counter((*night.key, night.belongs_to) for night in nights if night.belongs_to)
    series = {key: turn for turn, key in enumerate(dict.fromkeys(night.key for night in nights))}
    rows: list[dict[str, object]] = []
    for night in sorted([*nights, *gaps], key=lambda night: (series[night.key], str(night.belongs_to or ""))):
        several = entries[(*night.key, night.belongs_to)]
        cautions = [f"{several} entries are of this evening"] if several > 1 else []
        cautions += [
            f"overlaps {other}: is the date that of the morning or of the evening?"
            for other in across.get(id(night), [])
        ]
        caution = "; ".join(cautions)
        rows += _rows(night, place, caution)
    doubled = sum(several > 1 for several in entries.values())
    notes += _notes(nights, len(gaps), zone, doubled)
    if across:
        notes += (f"nights that overlap another of the same person: {len(across)}; each says which",)
    return Measured(tidy(rows), notes, _methods(nights, zone), {"zone": zone, "noon": NOON, "slack": SLACK})


def outcomes_of(night: Night, zone: ZoneInfo | None = None) -> tuple[dict[str, float], dict[str, str]]:
    """Value and reason of each of ``OUTCOMES`` in one night; a finite value may carry a caution as its reason."""
    if night.missing:
        return dict.fromkeys(OUTCOMES, math.nan), dict.fromkeys(OUTCOMES, night.missing)
    known, why = _known(night, zone)
    if faults := list(impossible(known, partial(_say, night))):
        said = f"{night.where}: " if night.where else ""
        return dict.fromkeys(OUTCOMES, math.nan), dict.fromkeys(OUTCOMES, said + "; ".join(faults))
    values = parts_of(known)
    reasons = {
        name: "" if math.isfinite(values[name]) else "; ".join(dict.fromkeys(why[f] for f in fields if f in why))
        for name, fields in PARTS.items()
    }
    if reasons["TASAFA"]:
        reasons["TASAFA"] += efficiency_bounds(values, known)
    for name, below in RATIOS.items():
        base = sum(values[part] for part in below)
        values[name] = 100 * values["TST"] / base if base > 0 else math.nan
        lacking = dict.fromkeys(reasons[part] for part in ("TST", *below) if reasons[part])
        reasons[name] = "; ".join(lacking) or ("" if base > 0 else f"{' + '.join(below)} is 0 min")
    caution = _caution(night, values["TIB"], zone)
    for name in ("TIB", "SPT", "TST", *RATIOS):  # what rests on differences between clock times
        reasons[name] = "; ".join(filter(None, (reasons[name], caution)))
    return {name: values[name] for name in OUTCOMES}, {name: reasons[name] for name in OUTCOMES}


def _rows(night: Night, zone: ZoneInfo | None, caution: str) -> Iterator[dict[str, object]]:
    values, reasons = outcomes_of(night, zone)
    for name, unit in OUTCOMES.items():
        yield {
            "participant": night.participant,
            "session": night.session,
            "day": str(night.belongs_to or night.day),
            "condition": night.condition,
            "outcome": name,
            "instrument": night.instrument,
            "unit": unit,
            "value": values[name],
            "time": night.began,
            "reason": "; ".join(filter(None, (reasons[name], caution))),
        }


def _known(night: Night, zone: ZoneInfo | None) -> tuple[dict[str, float], dict[str, str]]:
    """Every field in minutes on one clock without jumps (NaN where unknown), and why it is unknown."""
    why = {name: night.why.get(name, f"{name} was not recorded") for name in (*STAMPS, *MINUTES)}
    why["minutes_asleep"] = night.why.get("minutes_asleep", "")  # nobody misses it where the parts are known
    known = dict.fromkeys(why, math.nan)
    kinds = set()
    for name, moment in night.moments.items():
        if isinstance(moment, datetime):
            known[name], why[name] = even_minutes(moment, zone)
            kinds.add("placed" if moment.tzinfo or zone else "naive")
        else:
            known[name], why[name] = float(moment), "" if math.isfinite(moment) else f"{name} is no time"
            kinds.add("minutes")
    if len(kinds) > 1:
        why |= dict.fromkeys(STAMPS, "some times of this night have an offset or a date and some have none")
    for name in MINUTES:
        if math.isfinite(minutes := getattr(night, name)):
            known[name], why[name] = minutes, ""
    known |= {name: math.nan for name in STAMPS if why[name]}
    if why["minutes_trying"] and known["out_of_bed"] == known["final_awakening"]:
        known["minutes_trying"], why["minutes_trying"] = 0.0, ""  # who rises at once does not lie trying
    return known, {name: reason for name, reason in why.items() if reason}


def _caution(night: Night, in_bed: float, zone: ZoneInfo | None) -> str:
    said = [f"{in_bed / 60:.1f} h in bed: were am and pm mixed up?"] if in_bed > LONG_IN_BED else []
    stamps = [stamp for stamp in night.moments.values() if isinstance(stamp, datetime)]
    if zone is None and (place := may_have_changed(stamps)):
        said.append(f"no time zone: if the clocks changed in this night, as in {place}, this is an hour wrong")
    return "; ".join(said)


def _say(night: Night, name: str) -> str:
    moment = getattr(night, name)
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d %H:%M}"
    return f"{int(moment // 60 % 24):02d}:{int(moment % 60):02d}" if night.clocked else f"minute {moment:g}"


def _gaps(nights: Sequence[Night]) -> tuple[list[Night], tuple[str, ...]]:
    """Nights without an entry between two nights of the same person, session, condition and instrument."""
    series: dict[tuple[str, ...], dict[date, Night]] = {}
    for night in nights:
        if evening := night.belongs_to:
            series.setdefault(night.key, {})[evening] = night
    gaps, long = [], 0
    for (participant, session, condition, instrument), evenings in series.items():
        for before, after in pairwise(sorted(evenings)):
            away = 0 if _follows(evenings[before], evenings[after]) else (after - before).days - 1
            long += away > LONGEST_GAP
            dates = [before + timedelta(days=1 + turn) for turn in range(away if away <= LONGEST_GAP else 0)]
            gaps += [Night(participant, session, condition, "", one, instrument, missing="no entry") for one in dates]
    return gaps, (f"{long} gaps of more than {LONGEST_GAP} nights are not listed night by night",) if long else ()


def _across(nights: Sequence[Night]) -> dict[int, list[str]]:
    """Nights (by ``id``) that begin before the one before has ended, of the same person and instrument, and where."""
    found: dict[int, list[str]] = {}
    kept: dict[tuple[object, ...], list[tuple[datetime, datetime, Night]]] = {}
    for night in nights:
        times = [moment for moment in night.moments.values() if isinstance(moment, datetime)]
        if len(times) > 1 and len({one.tzinfo is None for one in times}) == 1:
            kept.setdefault((*night.key, times[0].tzinfo is None), []).append((times[0], times[-1], night))
    for spans in kept.values():
        spans.sort(key=lambda span: span[0])
        for (_, end, one), (begin, _, other) in pairwise(spans):
            if begin < end and one.belongs_to != other.belongs_to:
                found.setdefault(id(one), []).append(other.where or "another")
                found.setdefault(id(other), []).append(one.where or "another")
    return found


def _follows(night: Night, next_one: Night) -> bool:
    """Whether there is no night between two: less than a day from getting up to bed (a sleeper by day)."""
    times = [moment for moment in night.moments.values() if isinstance(moment, datetime)][-1:]
    times += [moment for moment in next_one.moments.values() if isinstance(moment, datetime)][:1]
    if len(times) < 2 or (times[0].tzinfo is None) != (times[1].tzinfo is None):
        return False
    return timedelta(0) <= times[1] - times[0] < timedelta(days=1)


def _notes(nights: Sequence[Night], gaps: int, zone: str | None, doubled: int) -> tuple[str, ...]:
    there = sum(not night.missing for night in nights)
    notes = [f"{there} nights with an entry, {len(nights) - there + gaps} without"]
    if doubled:
        notes.append(f"{doubled} evenings have more than one entry: each is kept, and says so")
    stamps = [stamp for night in nights for stamp in night.moments.values() if isinstance(stamp, datetime)]
    if zone is None and any(stamp.tzinfo is None for stamp in stamps):
        notes.append("times have no time zone: give one, or a night in which the clocks change is an hour wrong")
    if len({night.instrument for night in nights}) > 1:
        notes.append("several instruments: their outcomes are different outcomes, and are not to be compared")
    return tuple(notes)


def _methods(nights: Sequence[Night], zone: str | None) -> str:
    seen = ", ".join(sorted({night.instrument.replace("_", " ") for night in nights})) or "no night"
    return (
        f"Sleep outcomes ({seen}) follow the Consensus Sleep Diary (Carney et al. 2012): time in bed (TIB) from into "
        "bed to out of bed; sleep onset latency (SOL) from the attempt to sleep; sleep period (SPT) from sleep onset "
        "to the final awakening; wake after sleep onset (WASO) within it; total sleep time (TST) = SPT - WASO. "
        "Sleep efficiency is given with its denominator: se_tib = TST/TIB; se_dse = TST/(SOL + TST + WASO + time "
        "attempting to sleep after the final awakening) (Reed & Sacco 2016); sme = TST/SPT. A night belongs to the "
        "date of its evening (bed before noon: the day before); times of lights out are minutes since the midnight "
        f"that begins it. Times without an offset were {f'placed in {zone}' if zone else 'not placed in a time zone'}."
    )
