"""The main job: the four ways in 200 adults, from the weekly course to the finished page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from effleurage.asked import asked
from effleurage.body.sources import cited
from effleurage.engine.grid import DAY
from effleurage.errors import Finding, RequestError
from effleurage.evidence.claims.verdicts import verdicts
from effleurage.evidence.ring.replay import replay, shipped_protocol
from effleurage.evidence.ring.replication import pattern, ranges
from effleurage.lab.contrast.basis import basis
from effleurage.lab.contrast.contrast import contrast
from effleurage.lab.contrast.readouts import shipped_readouts
from effleurage.people.simulate import Twin, resident_body
from effleurage.protocol.reading import parse_protocol
from effleurage.report.colours import DIFFERENCE, MASSAGE, REST
from effleurage.report.four_ways.four_ways import WAYS, FourWays, held
from effleurage.report.four_ways.four_ways_page import write_page
from effleurage.report.numbers import minus, signed
from effleurage.report.pages import Made
from effleurage.runs.single import check_file

SHOWN_SESSION = 3
SESSION_CURVES = tuple(quantity for way in WAYS for quantity in way.session)
COURSE_CURVES = tuple(quantity for way in WAYS for quantity in way.course)
ONE_SESSION = """
title: one session
days: 9
people: {chronic_stress: 1, pain_load: 5}
timeline:
  - day 3 18:00: massage, swedish, moderate pressure, back and neck, 60 min
"""


@asked
def four_ways(
    people: int = 200,
    seed: int = 1,
    page: str | os.PathLike[str] = "four-ways.html",
    progress: Callable[[float], None] = lambda share: None,
) -> FourWays:
    """Run the weekly course against quiet rest, judge the claims, replay the two studies, write the page.

    Returns what the page shows: ``effects``, ``verdicts``, ``studies``. ``progress`` is called with the share that is
    done, 0 to 1. Raises ``RequestError`` for fewer than two people, or no place for the page.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.four_ways(people=2).verdicts[0].word in ("supported", "not shown", "supported for a narrower statement")
    True
    """
    page = Path(page)
    check_file(page)
    if people < 2:
        raise RequestError(Finding("--people", f"{people} people", "Say 2 or more: the page shows how people differ."))
    plan = shipped_protocol("weekly-course.yaml").only_at(())
    start = plan.sessions[SHOWN_SESSION][0]
    around = np.arange(start - 60, start + 240 + 1, 5.0)
    noons = np.arange(plan.days) * DAY + DAY / 2
    chosen = shipped_readouts()
    found = contrast(
        plan,
        "rest",
        chosen,
        people,
        seed=seed,
        extra_looks=[*around, *noons],
        progress=lambda share: progress(0.5 * share),
    )
    rests_on = basis(parse_protocol(ONE_SESSION, "one session"), "rest", chosen, seed)
    progress(0.55)
    judged = verdicts(seed=seed, progress=lambda share: progress(0.55 + 0.4 * share))
    result = FourWays(
        title="Weekly massage for eight weeks, against quiet rest",
        people=f"{people} virtual adults under chronic stress with neck and back pain",
        effects=found.effects,
        session=_curves(found.worlds, SESSION_CURVES, around, "hour", (around - start) / 60),
        course=_curves(found.worlds, COURSE_CURVES, noons, "day", np.arange(1, plan.days + 1)),
        basis=rests_on,
        studies=replay(seed),
        sources={row.source: cited(row.source) for row in resident_body().parameters.values()},
        verdicts=judged,
        made=Made.today(f"effleurage four-ways --people {people} --seed {seed}".split(), seed, resident_body().digest),
        misses=missed(seed),
    )
    write_page(result, page)
    progress(1.0)
    return result


def missed(seed: int) -> list[str]:
    """Where the two cited studies, repeated on virtual people, do not show what was published; a sentence each."""
    table = ranges(seed)
    said = [
        f"{row['study']}, {row['arm']}, {row['outcome']}: published {minus(row['published'])}; in 95 of 100 "
        f"repetitions here {signed(row['low'], '+.0f')} to {signed(row['high'], '+.0f')} %."
        for row in table[table["inside"].eq(False)].to_dict("records")
    ]
    inside = int(table["inside"].eq(True).sum())
    many = inside + len(said)
    said.append(f"Of {many} published means and differences of that study, {inside} lie inside such a range.")
    found = pattern(seed)
    arms = ", ".join(f"{arm}: {100 * share:.0f}" for arm, share in found.arms.items())
    said.append(
        f"{found.study}: with {found.n} people an arm, {100 * found.all:.0f} of 100 repetitions show its whole pattern "
        f"({arms})."
    )
    asked = held()
    said.append(
        f"How each of {asked.results} published results was foretold, in {asked.questions} questions, stands in "
        "docs/massage-scoreboard.md, the misses first."
    )
    return said


def _curves(
    worlds: Twin, quantities: tuple[str, ...], looks: np.ndarray, axis: str, places: np.ndarray
) -> pd.DataFrame:
    """Mean and quartiles over people: both worlds, and the difference of each person's two."""
    rows = np.searchsorted(worlds.treated.time.values, looks - 1e-6)
    tables = []
    for quantity in quantities:
        massage, rest = (world[quantity].values[rows] for world in (worlds.treated, worlds.control))
        for name, values in ((MASSAGE, massage), (REST, rest), (DIFFERENCE, massage - rest)):
            low, high = np.nanpercentile(values, (25, 75), axis=1)
            columns = {"quantity": quantity, axis: places, "world": name, "mean": np.nanmean(values, axis=1)}
            tables.append(pd.DataFrame({**columns, "low": low, "high": high}))
    return pd.concat(tables, ignore_index=True)
