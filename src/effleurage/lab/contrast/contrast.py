"""Compared with what: the difference between two worlds, and the two reasons why it is not one number.

Between persons, people differ in what massage does to them. From uncertain parameters, we do not know the
numbers themselves: each draw moves the centre of every ledger row by its uncertainty, gains of touch by their
priors, and gives another mean difference. The two are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from effleurage.arrays import Floats
from effleurage.asked import asked
from effleurage.engine.threads import Progress
from effleurage.errors import Finding, RequestError
from effleurage.lab.contrast.readouts import Readout, every_readout
from effleurage.people.cohort import Cohort, Setting
from effleurage.people.simulate import People, Twin, Worlds, body_of, control_of, people_of, readouts, twin
from effleurage.protocol.given import GivenProtocol, protocol_of
from effleurage.protocol.model import Protocol
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


INTERVAL = (2.5, 97.5)
"""Percentiles of both intervals."""

_SIZES = ((0.5, "clearly"), (0.2, "somewhat"), (0.02, "barely"))
"""Standard deviations between people, and the word: 0.2 and 0.5 are small and medium in Cohen 1988; 0.02 is ours."""
_NO_SPREAD = 1e-9
_ROUNDING = 1e-9
"""Share of a quantity's own size below which a difference is what arithmetic leaves."""

Control = Literal["rest", "none"]


@dataclass(frozen=True)
class Contrast(Shown):
    """``effects``: one row an outcome. ``by_draw`` (draws, outcomes): mean difference of each uncertain draw.

    ``worlds`` is the twin run at the ledger's values; ``uncertain`` the cohort behind ``by_draw``.
    """

    effects: pd.DataFrame
    by_draw: Floats
    worlds: Twin
    uncertain: Cohort


def with_looks(protocol: Protocol, chosen: Sequence[Readout], extra: Iterable[float] = ()) -> Protocol:
    """The protocol, also sampled where the outcomes look."""
    looks = {minute for outcome in chosen for minute in outcome.looks(protocol.sessions, protocol.days)} | set(extra)
    return protocol.also_at(sorted(looks))


@asked
def contrast(
    protocol: GivenProtocol,
    against: Control | GivenProtocol = "rest",
    chosen: Sequence[Readout] | None = None,
    people: People | None = None,
    *,
    seed: int = 1,
    draws: int = 63,
    settings: Mapping[str, Setting] | None = None,
    without: Iterable[str] = (),
    extra_looks: Iterable[float] = (),
    beyond: bool = False,
    progress: Progress | None = None,
) -> Contrast:
    """Run twins and measure the outcomes in both worlds: the difference, with the two reasons why it is not one number.

    ``protocol``: a ``Protocol``, the path of its file, or its text; ``against``: ``"rest"`` (the same visit without
    hands), ``"none"`` (no visit) or another protocol; ``chosen``: the outcomes, by default every read-out over every
    window that the protocol has. ``people``: how many, one ``Person``, or a ``Cohort``; ``settings``: ledger rows set
    by hand, in their units, far ones only if ``beyond``; ``without``: arrows switched off, ``"source->target"``;
    ``extra_looks``: more minutes since midnight of day 1 at which the worlds are recorded; ``progress`` is called with
    the share that is done, 0 to 1.

    ``draws`` draws of the uncertain ledger rows, on the cohort's typical person: a draw's mean difference is the
    cohort's, moved by as much as the typical person's moves from the ledger's own values. One person, so that the
    spread between persons cannot enter. 63 draws and the centre fill one block of lanes.

    Raises ``RequestError`` for unknown names and for no outcome, ``ProtocolError`` for what cannot be carried out.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.contrast(ef.example("noto-2010-leg-massage"), "rest", people=4, draws=7)
    >>> found.effects.set_index("quantity").loc["muscle_tension", "words"].iloc[0]
    'somewhat lower'
    """
    if draws < 0:
        raise RequestError(Finding("draws", f"{draws} draws", "Say 0 or more."))
    protocol, arrows = protocol_of(protocol), tuple(without)
    control = control_of(protocol, against)
    if chosen is None:
        body = body_of([protocol], arrows)
        chosen = every_readout({name: body.quantities[name].meaning for name in readouts(body)}, protocol.sessions)
    if not chosen:
        raise RequestError(Finding("chosen", "no outcome is chosen", "Name one, or leave it out for every read-out."))
    sampled = with_looks(protocol, chosen, extra_looks)
    report = progress if callable(progress) else lambda share: None
    cohort = people_of(protocol, people, seed, settings or {}, beyond=beyond)
    quantities = tuple(dict.fromkeys(outcome.quantity for outcome in chosen))
    only = protocol.only_at(sorted({m for o in chosen for m in o.looks(protocol.sessions, protocol.days)}))
    Worlds.of([only, control_of(only, against)], arrows, quantities).check_room(draws + 1, "draws", "draws")
    central = twin(
        sampled, control, cohort, without=arrows, progress=lambda share: report(share * (0.75 if draws else 1.0))
    )
    treated, rested = _measured(central, chosen, protocol)
    difference = treated - rested
    every = np.arange(draws + 1)
    uncertain = replace(cohort, persons=0 * every, draws=every, typical=True, steady=True)
    by_draw = np.full((0, len(chosen)), np.nan)
    if draws:
        worlds = twin(
            only,
            control,
            uncertain,
            without=arrows,
            keep=quantities,
            progress=lambda share: report(0.75 + 0.25 * share),
            warn=False,  # a draw far out says how unsure a number is, not that people leave life
        )
        moved, still = _measured(worlds, chosen, protocol)
        shift = (moved - still)[:, 1:] - (moved - still)[:, :1]
        by_draw = shift.T + np.nanmean(difference, axis=1)
    return Contrast(_table(central, chosen, treated, rested, by_draw, control), by_draw, central, uncertain)


def _measured(worlds: Twin, chosen: Sequence[Readout], protocol: Protocol) -> tuple[Floats, Floats]:
    pairs = [
        [outcome.measure(world, protocol.sessions, protocol.days) for outcome in chosen]
        for world in (worlds.treated, worlds.control)
    ]
    return np.asarray(pairs[0]), np.asarray(pairs[1])


def _table(
    worlds: Twin, chosen: Sequence[Readout], treated: Floats, rested: Floats, by_draw: Floats, control: Protocol
) -> pd.DataFrame:
    import pandas as pd

    difference = treated - rested
    rows = []
    for index, outcome in enumerate(chosen):
        own = difference[index][np.isfinite(difference[index])]
        person = np.percentile(own, INTERVAL) if len(own) > 1 else (np.nan, np.nan)
        drawn = by_draw[:, index][np.isfinite(by_draw[:, index])] if len(by_draw) else by_draw[:, index]
        unsure = np.percentile(drawn, INTERVAL) if len(drawn) > 1 else (np.nan, np.nan)
        rows.append(
            {
                "way": outcome.way,
                "quantity": outcome.quantity,
                "label": outcome.title,
                "window": outcome.window,
                "unit": worlds.control[outcome.quantity].attrs["ledger_unit"],
                "control": float(np.nanmean(rested[index])),
                "treated": float(np.nanmean(treated[index])),
                "difference": float(np.nanmean(own)) if len(own) else np.nan,
                "spread": float(np.nanstd(rested[index])),
                "person_low": float(person[0]),
                "person_high": float(person[1]),
                "uncertain_low": float(unsure[0]),
                "uncertain_high": float(unsure[1]),
                "matters": noticed.value if (noticed := outcome.noticed) else np.nan,
                "matters_source": noticed.cited if noticed else "",
            }
        )
    table = pd.DataFrame(rows)
    table["words"] = [in_words(row) for row in table.to_dict("records")]
    return table


def in_words(row: Mapping[str, float | str]) -> str:
    """One plain phrase for a difference: its direction, whether we are sure of it, and whether it matters.

    Sure: the interval from uncertain parameters excludes zero. Size: against the smallest change that matters
    where one is known, else against the spread between people of the control world.
    """
    difference, low, high = float(row["difference"]), float(row["uncertain_low"]), float(row["uncertain_high"])
    spread, matters = float(row["spread"]), float(row["matters"])
    if not np.isfinite(difference):
        return "could not be measured"
    side = "lower" if difference < 0 else "higher"
    if abs(difference) <= _ROUNDING * max(abs(float(row["control"])), abs(float(row["treated"]))):
        return "no difference at all"
    if np.isfinite(low) and low <= 0 <= high:
        return f"{side} at best guess, but the sign is not known"
    if np.isfinite(matters):
        return (
            f"{side}, enough to matter"
            if abs(difference) >= matters
            else f"{side}, but less than a person would notice"
        )
    ratio = abs(difference) / spread if spread > _NO_SPREAD else np.inf
    for least, words in _SIZES:
        if ratio >= least:
            return f"{words} {side}"
    return "practically unchanged"
