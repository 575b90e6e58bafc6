"""What stands in the data set of a conducted trial: its columns, and where each outcome comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from effleurage.trial.design.design import Design, Measure
from effleurage.trial.design.endpoints import Endpoint, endpoint_of

DATA_COLUMNS = (
    "person",
    "arm",
    "sequence",
    "therapist",
    "period",
    "outcome",
    "instrument",
    "unit",
    "occasion",
    "minute",
    "value",
    "missing",
)
"""Of ``data.csv``: one row a planned measurement; ``occasion`` is before or after, ``missing`` a reason or empty."""
COLUMNS = (
    ("person", "number of the person, as in persons.csv"),
    ("arm", "what the person was allotted to, in this period of a crossover"),
    ("sequence", "order of the arms, of a crossover"),
    ("therapist", "who of the arm's therapists; empty where nobody attends"),
    ("period", "1, or the period of a crossover; periods are different days"),
    ("outcome, instrument, unit", "what was measured, by what, in what"),
    ("occasion", "before all sessions, or after them"),
    ("minute", "minutes since midnight of day 1"),
    ("value", "what the instrument shows, rounded as it rounds; empty where it is missing"),
    ("missing", "why there is no value"),
)


def unmoved(design: Design) -> list[str]:
    """What is to be said of every outcome that nothing moves in a conducted trial."""
    return [f"{row.outcome} is {origin(row).replace('**', '')}" for row in _outcomes(design) if not row.simulated]


def codebook(design: Design) -> str:
    """The codebook in Markdown."""
    lines = ["# Codebook", "", "Everything here was simulated: the people are virtual.", "", "## data.csv", ""]
    lines += [f"- **{name}**: {meaning}." for name, meaning in COLUMNS]
    lines += ["", "## Outcomes", ""]
    lines += [f"- **{row.outcome}** ({row.instrument}, {row.unit}): {origin(row)}." for row in _outcomes(design)]
    lines += [f"- **{said}**." for said in dict.fromkeys(_taken_in(design))]
    lines += ["", "## persons.csv", ""]
    lines.append("- **sessions_attended**, **dropped_out**: as the design says they come and stay.")
    lines.append(
        "- **adverse_event**: not simulated, for no study of the ledger gives a rate. Nothing here says that there "
        "were none; in a trial they are recorded."
    )
    return "\n".join(lines) + "\n"


def origin(row: Endpoint) -> str:
    """Where the values of an outcome come from."""
    if row.simulated:
        return "read from the simulated body, with the noise and the rounding of the instrument"
    return (
        f"drawn from the published mean {row.mean:g}, SD {row.sd:g} and correlation {row.retest:g} of two answers, in "
        f"whole points from {row.low:g} to {row.high:g}, and every arm has the same course without treatment: **no "
        "effect is simulated**, so whatever the arms differ by is chance"
    )


def _taken_in(design: Design) -> Iterator[str]:
    """Who is taken in by the first answer to a questionnaire, and what comes of it in every arm."""
    for measure in design.outcomes:
        if measure.taken_in:
            yield f"{measure.outcome} is {measure.taken_in}, who fall back by the second measurement in every arm"


def readings(design: Design) -> Iterator[dict[str, object]]:
    """What an analysis must know of each measure; of the ``of`` by one instrument, ``place`` is this one's in time."""
    rows = [endpoint_of(measure.outcome, measure.instrument) for measure in design.outcomes]
    many = Counter((row.outcome, row.instrument) for row in rows)
    for row, measure in zip(rows, design.outcomes, strict=True):
        same = [other for other, its in zip(design.outcomes, rows, strict=True) if its == row]
        ends = sorted((design.looks(other)[1], number) for number, other in enumerate(same))
        yield {
            "outcome": row.outcome,
            "instrument": row.instrument,
            "log": row.log,
            "when": _when(measure),
            "place": [number for _, number in ends].index(same.index(measure)),
            "of": many[row.outcome, row.instrument],
        }


def _when(measure: Measure) -> str:
    if measure.after == 0:
        return f"{measure.minutes_after:g} min after the last session"
    return f"{measure.after} day{'s' * (measure.after != 1)} after the last session"


def _outcomes(design: Design) -> list[Endpoint]:
    rows = [endpoint_of(one.outcome, one.instrument) for one in design.outcomes]
    return [row for place, row in enumerate(rows) if row not in rows[:place]]
