"""The page of a trial plan: the answer, its warnings, and figures of power, controls, hours and the clock alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, floor, isfinite, log10
from typing import Any

from effleurage.body.ledger import GRADES
from effleurage.report.numbers import human
from effleurage.report.pages import UNSAID, Made, page
from effleurage.report.plan import design_words
from effleurage.report.plan import plan_words as words
from effleurage.report.plan.understood import told_lines
from effleurage.statistics.sizes import MOST
from effleurage.trial.design.contrast import Contrast
from effleurage.trial.lives.bank import bank, simulated
from effleurage.trial.plan.hours import Hour, best
from effleurage.trial.plan.moments import DRAWS
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.notes import drift
from effleurage.trial.plan.plan import Plan
from effleurage.trial.plan.replicates import Operating

SURE = 1.96
"""Monte-Carlo errors on each side of a simulated share: 95 % of their luck."""
SOFT = "#8a8279"
TICKS = [step * 10**power for power in range(1, 6) for step in (1, 3)]
"""People an arm at which an axis is named."""


@dataclass(frozen=True)
class Drift:
    """Change of an outcome from before to after, in per cent of its first level.

    By the ``clock`` alone, in the ``massage`` arm, and in the ``control`` arm (None where there is none).
    """

    outcome: str
    clock: float
    massage: float
    control: float | None


def drifts(found: Plan, seed: int = 1) -> tuple[Drift, ...]:
    """What changes before to after, from the kept lives of a plan made with the same ``seed``; none without a body.

    In the order of the plan's needs: each outcome with every arm that the first is compared with.
    """
    import numpy as np

    if not found.people:
        return ()
    lives = bank(simulated(found.design), found.people, seed)
    told = []
    for place, measure in enumerate(lives.design.outcomes):
        back = lives.instruments[place].back
        before = back(lives.first[place])
        ends = [back(lives.second[arm, place]) for arm in range(len(found.design.arms))]
        whole = [100 * float(np.nanmean(after - before) / np.nanmean(before)) for after in ends]
        others: list[float | None] = [*whole[1:]] or [None]
        told += [Drift(measure.outcome, drift(lives, place), whole[0], other) for other in others]
    return tuple(told)


def as_html(found: Plan, moved: Sequence[Drift] = (), assumed: Sequence[str] = (), made: Made = UNSAID) -> str:
    """One page that needs nothing else, with what ``drifts`` says, in its order, and what was ``assumed``, in words."""
    from altair.utils.schemapi import debug_mode

    rows = [(need.measure.outcome, (one,)) for need, one in zip(_bodily(found), moved, strict=False)]
    with debug_mode(False):
        panels = [_panel(found, need, words.of_need(found, rows, need)) for need in found.needs]
    return page(
        "plan/plan.html",
        made,
        design=found.design,
        sentence=design_words.design_words(found.design),
        understood=told_lines(found.design, assumed),
        panels=panels,
        notes=words.all_notes(found),
        clock_notes=[note.text for note in found.notes if note.about in ("the clock", "no control")],
        one_arm=len(found.design.arms) == 1,
        crossover=found.design.layout == "crossover",
        first=not found.checked and not found.controls,
        people=found.people,
        replicates=max((one.replicates for one in found.checked), default=0),
        draws=DRAWS,
        analysis=design_words.analysis_words(found.design),
        grades=GRADES,
        power=f"{100 * found.design.power:g} %",
    )


def _bodily(found: Plan) -> list[Need]:
    return [need for need in found.needs if need.outcome.simulated]


def _panel(found: Plan, need: Need, moved: tuple[Drift, ...]) -> dict[str, Any]:
    """All that the page shows of an outcome."""
    design, checks = found.design, words.checks_of(found, need)
    clock, controls = words.of_need(found, found.clock, need), words.controls_of(found, need)
    expected, worth, each = expected_curve(need), worth_curve(need, found), design_words.each(design)
    return {
        "name": words.titled(need, design),
        "instrument": need.measure.instrument or need.outcome.instrument,
        "when": words.when(need, design),
        "each": each,
        "worth": _told(need.worth, need, words.worth_words(need)),
        "expected": _told(need.expected, need, words.in_unit(need.effect or 0.0, need, signed=True)),
        "range": words.range_words(need),
        "sure": words.sign_sure(need),
        "sentences": words.outcome_words(need, found),
        "detectable": words.detectable_words(need, design),
        "warning": need.warning,
        "usual": f"{human(need.usual)} {need.outcome.unit}".strip(),
        "sd": words.on_scale(need.sd, need),
        "r": f"{need.r:.2f}",
        "power": power_figure(expected, worth, checks, design.power, design_words.each(design))
        if expected or worth
        else "",
        "power_alt": _power_spoken(expected, worth, checks),
        "lines": [bool(expected), bool(worth), bool(checks)],
        "controls": controls_figure(found, need) if controls else "",
        "against": [
            {
                "control": one.control,
                "effect": words.in_unit(one.need.effect or 0.0, one.need, signed=True),
                "expected": words.count(one.need, one.need.expected),
                "worth": words.count(one.need, one.need.worth),
            }
            for one in controls
        ],
        "clock": clock_figure(clock, each) if best(list(clock)) else "",
        "hours": [_hour(one, need) for one in clock],
        "best": _hour(able, need) if (able := best(list(clock))) else None,
        "drift": drift_figure(need, moved[0]) if moved else "",
        "drift_words": drift_words(need, moved[0], need.against or "no visit") if moved else "",
        "checks": [_check(one, need) for one in checks],
        "unknown": words.of_need(found, found.unknown, need),
        "pilots": [
            {"n": one.n, "error": words.on_scale(one.error, need), "removed": words.percent(one.removed)}
            for one in words.of_need(found, found.pilot, need)
        ],
        "pilot_words": words.pilot_words(need, words.of_need(found, found.pilot, need)),
    }


def _told(size: Any, need: Need, difference: str) -> dict[str, str] | None:
    if size is None:
        return None
    recruit = f"{size.recruited:,}" if size.recruited not in (None, size.analysed) else ""
    return {"n": words.count(need, size), "recruit": recruit, "difference": difference}


def expected_curve(need: Need) -> tuple[tuple[int, float], ...]:
    """Power for the difference that the body expects."""
    return need.curve if need.effect is not None else ()


def worth_curve(need: Need, found: Plan) -> tuple[tuple[int, float], ...]:
    """Power for the difference worth having."""
    contrast = need.contrast or Contrast(found.design, need.sd, need.r)
    return contrast.curve(need.worth_scale) if need.worth is not None and not need.cannot_be else ()


def power_figure(
    expected: Sequence[tuple[int, float]],
    worth: Sequence[tuple[int, float]],
    checks: Sequence[Operating],
    asked: float = 0.8,
    each: str = "people an arm",
) -> str:
    """Power over people an arm: closed forms as lines, simulated trials as points with their Monte-Carlo error."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE
    from effleurage.report.figures import HALF, plot

    sizes = [n for n, _ in (*expected, *worth)]
    x = alt.X(
        "n:Q",
        title=each,
        scale=alt.Scale(type="log", domain=[min(sizes), max(sizes)], nice=False),
        axis=alt.Axis(grid=False, values=[10, 20, 40, 80, 160, 320], format="d", labelFlush=False),
    )
    y = alt.Y(
        "power:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5, ticks=False),
    )
    rule = alt.Chart(pd.DataFrame({"power": [asked]})).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(y=y)
    layers: list[Any] = [rule]
    for points, colour in ((worth, COLOURS[MASSAGE]), (expected, COLOURS[DIFFERENCE])):
        if points:
            table = pd.DataFrame(points, columns=["n", "power"])
            layers.append(
                alt.Chart(table).mark_line(color=colour, strokeWidth=2.2, interpolate="monotone").encode(x=x, y=y)
            )
    if checks:
        table = pd.DataFrame(
            [
                {
                    "n": one.n,
                    "power": one.power,
                    "low": max(0.0, one.power - SURE * one.power_error),
                    "high": min(1.0, one.power + SURE * one.power_error),
                }
                for one in checks
            ]
        )
        base = alt.Chart(table).encode(x=x)
        layers.append(
            base.mark_rule(color=COLOURS[DIFFERENCE], strokeWidth=1.4).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
        )
        layers.append(base.mark_point(color=COLOURS[DIFFERENCE], filled=True, size=46, opacity=1).encode(y=y))
    return plot(alt.layer(*layers).properties(height=190), HALF)


def _power_spoken(
    expected: Sequence[tuple[int, float]], worth: Sequence[tuple[int, float]], checks: Sequence[Operating]
) -> str:
    told = [
        f"{name}: " + ", ".join(f"{words.percent(power)} with {n}" for n, power in points)
        for name, points in (("Power for what is expected", expected), ("for what is worth having", worth))
        if points
    ]
    if checks:
        told.append("simulated: " + ", ".join(f"{words.percent(one.power)} with {one.n}" for one in checks))
    return "; ".join(told)


def controls_figure(found: Plan, need: Need) -> str:
    """People an arm against each control, on a logarithmic axis: full for what is expected, rings for the other."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE
    from effleurage.report.figures import HALF, plot

    rows = [
        {"control": one.control, "n": (size.analysed or MOST), "which": which, "said": words.count(one.need, size)}
        for one in words.controls_of(found, need)
        for which, size in (("expected", one.need.expected), ("worth", one.need.worth))
        if size is not None
    ]
    table = pd.DataFrame(rows)
    x = alt.X(
        "n:Q",
        title=f"{design_words.each(found.design)} (each step is ten times more)",
        scale=alt.Scale(type="log", domain=[min(10, int(table["n"].min())), MOST], nice=False),
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
    return plot(alt.layer(*layers).properties(height=alt.Step(38)), HALF)


def clock_figure(found: Sequence[Hour], each: str = "people an arm") -> str:
    """People an arm by the hour of the measurement, the best hour marked."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE
    from effleurage.report.figures import HALF, plot

    able = best(list(found))
    table = pd.DataFrame([{"hour": one.hour, "n": one.need.analysed} for one in found if one.need.analysed])
    x = alt.X(
        "hour:Q",
        title="hour of the measurement" if found[0].after else "hour of the session",
        scale=alt.Scale(domain=[min(one.hour for one in found), max(one.hour for one in found)], nice=False),
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
    return plot(alt.layer(*layers).properties(height=170), HALF)


def drift_figure(need: Need, moved: Drift) -> str:
    """What an uncontrolled trial would report, what changes anyway, and what massage does, in per cent."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE, REST
    from effleurage.report.figures import HALF, plot

    own, low, high = _relative(need, moved)
    rows = [("massage arm", moved.massage, COLOURS[MASSAGE])]
    rows += [("control arm", moved.control, COLOURS[REST])] if moved.control is not None else []
    rows += [("clock alone", moved.clock, SOFT), ("massage adds", own, COLOURS[DIFFERENCE])]
    table = pd.DataFrame(rows, columns=["what", "value", "colour"])
    table["said"] = [f"{relative(value)} %" for value in table["value"]]
    table["zero"] = 0.0
    span = pd.DataFrame([{"what": rows[-1][0], "low": low, "high": high}])
    ends = [0.0, low, high, *table["value"]]
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
    numbers = [one.encode(x=x, y=y, text="said:N") for one in (falls, rises)]
    return plot(alt.layer(bars, line, rule, *numbers).properties(height=alt.Step(38)), HALF)


def drift_words(need: Need, moved: Drift, against: str) -> str:
    """The figure of the clock in a sentence."""
    own, _, _ = _relative(need, moved)
    rest = f", with {against} by {relative(moved.control)} %" if moved.control is not None else ""
    return (
        f"From before to after, {words.named(need)} changes by {relative(moved.massage)} % with massage{rest}, and by "
        f"{relative(moved.clock)} % by the clock alone, with no visit. What massage adds, against {against}, is "
        f"{relative(own)} %."
    )


def relative(value: float) -> str:
    """A change in per cent, no finer than it is worth: ``−27``, ``−2.7``, ``0``."""
    text = f"{value:+.0f}" if abs(value) >= 10 else f"{value:+.1f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def _relative(need: Need, moved: Drift) -> tuple[float, float, float]:
    """The effect and its ends in per cent of the first level, of which the usual one is what was left at the end."""
    if need.effect is None:  # one arm: what the visit itself makes
        alone = moved.massage - moved.clock
        return alone, alone, alone
    effect = need.effect
    ends = (effect, *(effect if end is None else end for end in (need.effect_low, need.effect_high)))
    left = 100 + (moved.clock if moved.control is None else moved.control)
    value, low, high = (left * float(end) / need.usual for end in ends)
    return value, low, high


def _hour(one: Hour, need: Need) -> dict[str, str]:
    return {
        "hour": f"{one.hour:02d}:00",
        "later": words.later(one),
        "effect": words.in_unit(one.effect, need, signed=True),
        "n": design_words.number(one.need),
    }


def _check(one: Operating, need: Need) -> dict[str, str]:
    """A row of the table of simulated trials."""
    unit, values = need.outcome.unit, (one.bias, one.bias_error)
    if need.outcome.log:
        unit, values = "%", (100 * (exp(one.bias) - 1), 100 * (exp(one.bias_error) - 1))
    digits = max(0, 1 - floor(log10(values[1]))) if values[1] > 0 else 2
    return {
        "n": str(one.n),
        "power": f"{100 * one.power:.1f} %",
        "power_error": f"{100 * one.power_error:.1f}",
        "type_one": f"{100 * one.type_one:.1f} %",
        "type_one_error": f"{100 * one.type_one_error:.1f}",
        "bias": f"{values[0]:+.{digits}f} {unit}".replace("-", "−"),
        "bias_error": f"{values[1]:.{digits}f}",
        "coverage": f"{100 * one.coverage:.1f} %",
        "coverage_error": f"{100 * one.coverage_error:.1f}",
        "type_s": words.percent(one.type_s),
        "type_m": f"{one.type_m:.1f} ×" if isfinite(one.type_m) else "–",
    }
