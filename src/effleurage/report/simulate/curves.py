"""Curves of simulated quantities: the mean of the people and their middle half, in one world or in two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from effleurage.arrays import Floats, Ints
from effleurage.engine.grid import DAY, HOUR
from effleurage.errors import Finding, RequestError, nearest
from effleurage.people.simulate import Twin
from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE, REST
from effleurage.report.figures import plain
from effleurage.report.numbers import unit_of

if TYPE_CHECKING:
    import xarray as xr

MOST_POINTS = 600
"""Points of a curve: a figure is no wider."""
LONG = 2 * DAY
"""Minutes from which an axis is in days."""
SHOWN = 4
"""Quantities that are drawn where nobody says which."""
WIDE = 460
"""Pixels of a panel in a notebook."""
_LITTLE = 1e-3
"""Share of its usual size by which a quantity moves without being seen to."""
_CALLED = f"datum.label == '{REST}' ? 'control' : datum.label"
"""The other world is not always one of rest."""


def worlds_of(result: xr.Dataset | Twin) -> dict[str, xr.Dataset]:
    """The worlds of a result by what they are called in a figure; the difference is worked out, person by person."""
    if isinstance(result, Twin):
        return {MASSAGE: result.treated, REST: result.control, DIFFERENCE: result.difference}
    return {MASSAGE: result}


def chosen(result: xr.Dataset | Twin, quantities: Sequence[str] = ()) -> list[str]:
    """The quantities to draw: those asked for, else those that differ or vary most for their size.

    Raises ``RequestError`` with the nearest name for what was not recorded.
    """
    worlds = worlds_of(result)
    known = [str(name) for name in worlds[MASSAGE].data_vars]
    if unknown := [name for name in quantities if name not in known]:
        raise RequestError([Finding("", f"'{name}' was not recorded", nearest(name, known)) for name in unknown])
    last = worlds[list(worlds)[-1]]
    moved = {name: _moved(last[name], worlds[MASSAGE][name]) for name in known}
    return list(quantities) or sorted(known, key=lambda name: -moved[name])[:SHOWN]


def _moved(values: xr.DataArray, usual: xr.DataArray) -> float:
    """How far the mean of the people moves over time, in spreads of the quantity, none of which is less than a little.

    A quantity that hardly differs between people and times would else be drawn for moving by next to nothing.
    """
    middle = values.mean("person", skipna=True)
    reach = float(middle.max() - middle.min())
    return reach / (max(float(usual.std()), _LITTLE * abs(float(usual.mean()))) or 1.0)


def curves(worlds: Mapping[str, xr.Dataset], quantity: str) -> pd.DataFrame:
    """Mean and quartiles over people at each time: columns world, minute, mean, low, high.

    Of many times those are kept at which the last world is lowest and highest: a session is short, and would else fall
    between them.
    """
    tables = []
    kept = _kept(np.asarray(list(worlds.values())[-1][quantity].values))
    for name, world in worlds.items():
        values = world[quantity].values[kept]
        low, middle, high = (
            np.nanpercentile(values, 25, axis=1),
            np.nanmean(values, axis=1),
            np.nanpercentile(values, 75, axis=1),
        )
        columns = {"minute": world.time.values[kept], "mean": middle, "low": low, "high": high}
        tables.append(pd.DataFrame({"world": name, **columns}))
    return pd.concat(tables, ignore_index=True)


def _kept(values: Floats) -> Ints:
    """Places of the times that are drawn of values (times, people), at most ``MOST_POINTS``."""
    places = np.arange(len(values))
    if len(values) <= MOST_POINTS:
        return places
    middle = np.nan_to_num(np.nanmean(values, axis=1))
    parts = np.array_split(places, MOST_POINTS // 2)
    return np.unique([part[pick(middle[part])] for part in parts for pick in (np.argmin, np.argmax)])


def chart(result: xr.Dataset | Twin, quantities: Sequence[str] = ()) -> Any:
    """One panel a quantity; of twins, both worlds above and the difference below, around zero."""
    return plain(alt.vconcat(*(panel(result, name) for name in chosen(result, quantities)), spacing=18))


def panel(result: xr.Dataset | Twin, quantity: str, width: float = WIDE, *, named: bool = True) -> Any:
    """The panel of one quantity, so many pixels wide, with or without its name and those of the worlds.

    It is not yet in the house style.
    """
    worlds = worlds_of(result)
    table = curves(worlds, quantity)
    long = float(table["minute"].max() - table["minute"].min()) > LONG
    table["at"] = table["minute"] / (DAY if long else HOUR) + (1 if long else 0)
    x = alt.X("at:Q", title="day" if long else _days(table), scale=alt.Scale(nice=False), axis=_axis(long=long))
    levels, paired = table[table["world"] != DIFFERENCE], table[table["world"] == DIFFERENCE]
    above = x.copy()
    if not paired.empty:  # one axis for both
        above["axis"], above["title"] = alt.Axis(grid=False, labels=False, ticks=False, title=None), None
    upper = _band(levels, above, 120, width, zero=False, named=named)
    if named:
        attrs = worlds[MASSAGE][quantity].attrs
        title = ", ".join(part for part in (attrs["long_name"], unit_of(attrs["ledger_unit"])) if part)
        upper = upper.properties(title=alt.Title(title, anchor="start", fontSize=12))
    return upper if paired.empty else alt.vconcat(upper, _band(paired, x, 60, width, zero=True, named=named), spacing=6)


def _days(table: pd.DataFrame) -> str:
    """The name of an axis of clock times: which day or days it shows."""
    first, last = (int(minute // DAY) + 1 for minute in (table["minute"].min(), table["minute"].max()))
    return f"time of day {first}" if first == last else f"time of days {first} and {last}"


def _axis(*, long: bool) -> alt.Axis:
    """Days, or clock times of hours since midnight of day 1."""
    if long:
        return alt.Axis(grid=False, tickMinStep=1)
    minutes = "round(60 * datum.value)"
    clock = f"floor({minutes} / 60) % 24 + ':' + pad({minutes} % 60, 2, '0', 'left')"
    return alt.Axis(grid=False, labelExpr=clock, tickCount=6)


def _band(table: pd.DataFrame, x: Any, height: int, width: float, *, zero: bool, named: bool) -> Any:
    key = alt.Legend(title=None, orient="top", symbolOpacity=1, labelExpr=_CALLED)
    colour = alt.Color(
        "world:N",
        legend=key if named and table["world"].nunique() > 1 else None,
        scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
    )
    base = alt.Chart(table).encode(x=x, color=colour)
    y = alt.Y("mean:Q", title="difference" if zero else None, scale=alt.Scale(zero=zero))
    drawn = [base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title=None), y2="high:Q")]
    if zero:
        drawn.insert(0, alt.Chart(pd.DataFrame({"mean": [0.0]})).mark_rule(color="#888").encode(y="mean:Q"))
    return alt.layer(*drawn, base.mark_line(strokeWidth=2).encode(y=y)).properties(width=width, height=height)
