"""The figures of a trial plan: power, other controls, hours, and what changes without any massage. SVG.

Altair and its colours load with the first figure, for the words of a plan need none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from effleurage.report.plan import plan_words as words
from effleurage.trial.plan.controls import Against
from effleurage.trial.plan.drift import Drift
from effleurage.trial.plan.hours import Hour, best
from effleurage.trial.plan.needs import FARTHEST, Curve
from effleurage.trial.plan.replicates import Operating

SURE = 1.96
"""Monte-Carlo errors on each side of a simulated share: 95 % of their luck."""
SOFT = "#8a8279"
TICKS = [step * 10**power for power in range(1, 6) for step in (1, 3)]
"""People an arm at which an axis is named."""


def power_figure(
    expected: Curve,
    worth: Curve,
    trials: Sequence[Operating] = (),
    asked: float = 0.8,
    each: str = "people an arm",
    *,
    alone: bool = False,
) -> str:
    """Power over people an arm: closed forms as lines, simulated trials as points with their Monte-Carlo error.

    ``expected``, ``worth``: (people an arm, power) for what is expected and for what is worth having; one of them may
    be empty. ``asked``: the power that the design asks for. ``each``: what a size counts; ``alone``: it has the
    whole card.
    """
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE
    from effleurage.report.figures import HALF, WHOLE, plot

    sizes = [n for n, _ in (*expected, *worth)]
    x = alt.X(
        "n:Q",
        title=each,
        scale=alt.Scale(type="log", domain=[min(sizes), max(sizes)], nice=False),
        axis=alt.Axis(grid=False, values=[10, 20, 40, 80, 160, 320], format="d", labelFlush=False),
    )
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format="%", tickCount=5, ticks=False)
    y = alt.Y("power:Q", title=None, scale=scale, axis=axis)
    rule = alt.Chart(pd.DataFrame({"power": [asked]})).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(y=y)
    layers: list[Any] = [rule]
    for points, colour in ((worth, COLOURS[MASSAGE]), (expected, COLOURS[DIFFERENCE])):
        if points:
            line = alt.Chart(pd.DataFrame(points, columns=["n", "power"]))
            layers.append(line.mark_line(color=colour, strokeWidth=2.2, interpolate="monotone").encode(x=x, y=y))
    if trials:
        base, colour = alt.Chart(_shares(trials)).encode(x=x), COLOURS[DIFFERENCE]
        bars = base.mark_rule(color=colour, strokeWidth=1.4).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
        layers += [bars, base.mark_point(color=colour, filled=True, size=46, opacity=1).encode(y=y)]
    return plot(alt.layer(*layers).properties(height=190), WHOLE if alone else HALF)


def _shares(trials: Sequence[Operating]) -> Any:
    """Simulated power with both ends of its luck, as a table."""
    import pandas as pd

    rows = [(each.n, each.power, SURE * each.power_error) for each in trials]
    return pd.DataFrame(
        [
            {"n": n, "power": power, "low": max(0.0, power - luck), "high": min(1.0, power + luck)}
            for n, power, luck in rows
        ]
    )


def power_spoken(expected: Curve, worth: Curve, trials: Sequence[Operating]) -> str:
    """The figure of power for whoever does not see it."""
    told = [
        f"{name}: " + ", ".join(f"{words.percent(power)} with {n}" for n, power in points)
        for name, points in (("Power for what is expected", expected), ("for what is worth having", worth))
        if points
    ]
    if trials:
        told.append("simulated: " + ", ".join(f"{words.percent(each.power)} with {each.n}" for each in trials))
    return "; ".join(told)


def controls_figure(controls: Sequence[Against], each: str = "people an arm", *, alone: bool = False) -> str:
    """People an arm against each control, on a logarithmic axis: full for what is expected, rings for the other."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE
    from effleurage.report.figures import HALF, WHOLE, plot

    rows = [
        {
            "control": against.control,
            "n": size.analysed or FARTHEST,
            "which": which,
            "said": words.count(against.need, size),
        }
        for against in controls
        for which, size in (("expected", against.need.expected), ("worth", against.need.worth))
        if size is not None
    ]
    table = pd.DataFrame(rows)
    x = alt.X(
        "n:Q",
        title=f"{each} (each step is ten times more)",
        scale=alt.Scale(type="log", domain=[min(10, int(table["n"].min())), FARTHEST], nice=False),
        axis=alt.Axis(values=[10, 100, 1000, 10_000, 100_000], format="~s", labelFlush=False),
    )
    y = alt.Y("control:N", title=None, sort=None, axis=alt.Axis(ticks=False, labelLimit=110))
    full, ring = table[table["which"] == "expected"], table[table["which"] == "worth"]
    base = alt.Chart(full).encode(x=x, y=y)
    layers = [
        base.mark_point(color=COLOURS[DIFFERENCE], filled=True, size=110, opacity=1),
        base.mark_text(dy=-12).encode(text="said:N"),
        alt.Chart(ring).mark_point(color=COLOURS[MASSAGE], size=80, strokeWidth=2).encode(x=x, y=y),
    ]
    return plot(alt.layer(*layers).properties(height=alt.Step(38)), WHOLE if alone else HALF)


def clock_figure(hours: Sequence[Hour], each: str = "people an arm", *, alone: bool = False) -> str:
    """People an arm by the hour of the measurement, the best hour marked."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE
    from effleurage.report.figures import HALF, WHOLE, plot

    able = best(list(hours))
    table = pd.DataFrame([{"hour": hour.hour, "n": hour.need.analysed} for hour in hours if hour.need.analysed])
    clock = [hour.hour for hour in hours]
    x = alt.X(
        "hour:Q",
        title="hour of the measurement" if hours[0].after else "hour of the session",
        scale=alt.Scale(domain=[min(clock), max(clock)], nice=False),
        axis=alt.Axis(grid=False, values=[*range(0, 25, 3)], labelExpr="datum.value + ':00'", labelFlush=False),
    )
    y = alt.Y(
        "n:Q",
        title=each,
        scale=alt.Scale(type="log", nice=True),
        axis=alt.Axis(values=TICKS, format=",d", ticks=False),
    )
    base = alt.Chart(table).encode(x=x, y=y)
    layers: list[Any] = [base.mark_line(color=COLOURS[DIFFERENCE], strokeWidth=2)]
    layers.append(base.mark_point(color=COLOURS[DIFFERENCE], filled=True, size=34, opacity=1))
    if able:
        mark = alt.Chart(pd.DataFrame([{"hour": able.hour, "n": able.need.analysed}])).encode(x=x, y=y)
        layers.append(mark.mark_point(color=COLOURS[MASSAGE], size=190, strokeWidth=2.5))
    return plot(alt.layer(*layers).properties(height=170), WHOLE if alone else HALF)


def drift_figure(drift: Drift, *, alone: bool = False) -> str:
    """What an uncontrolled trial would report, what changes anyway, and what massage does, in per cent."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE, REST
    from effleurage.report.figures import HALF, WHOLE, plot

    rows = [("massage arm", drift.massage, COLOURS[MASSAGE])]
    rows += [("control arm", drift.control, COLOURS[REST])] if drift.control is not None else []
    rows += [("clock alone", drift.clock, SOFT), ("massage adds", drift.added, COLOURS[DIFFERENCE])]
    table = pd.DataFrame(rows, columns=["what", "value", "colour"])
    table["said"] = [f"{words.relative(value)} %" for value in table["value"]]
    table["zero"] = 0.0
    span = pd.DataFrame([{"what": rows[-1][0], "low": drift.added_low, "high": drift.added_high}])
    ends = [0.0, drift.added_low, drift.added_high, *table["value"]]
    pad = 0.18 * (max(ends) - min(ends)) or 1.0
    scale = alt.Scale(domain=[min(ends) - pad, max(ends) + pad], nice=False)
    x = alt.X("value:Q", title="change, % of the first level", scale=scale, axis=alt.Axis(tickCount=5))
    y = alt.Y("what:N", sort=None, title=None, axis=alt.Axis(ticks=False, labelLimit=110))
    base = alt.Chart(table).encode(y=y, color=alt.Color("colour:N", scale=None, legend=None))
    bars = base.mark_bar(height=13, opacity=0.85).encode(x=x, x2="zero:Q")
    line = alt.Chart(span).mark_rule(strokeWidth=2, color=SOFT).encode(y=y, x=alt.X("low:Q", title=None), x2="high:Q")
    rule = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color="#888").encode(x=x)
    falls = alt.Chart(table[table["value"] < 0]).mark_text(align="left", dy=-13)
    rises = alt.Chart(table[table["value"] >= 0]).mark_text(align="right", dy=-13)
    numbers = [text.encode(x=x, y=y, text="said:N") for text in (falls, rises)]
    return plot(alt.layer(bars, line, rule, *numbers).properties(height=alt.Step(38)), WHOLE if alone else HALF)
