"""What a result rests on: which uncertain numbers of the ledger move it, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.contrast.contrast import Control, with_looks
from effleurage.lab.contrast.readouts import Readout, every_readout
from effleurage.people.ablated import ablated
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import people_of, readouts, resident_body, simulate, twin
from effleurage.protocol.model import Protocol

if TYPE_CHECKING:
    import pandas as pd

_MOST = 6
_LEAST = 0.01
_NOTHING = 1e-6
_ORDINARY = Protocol(title="ordinary days", days=3, sample=("every 30 min from day 3 00:00 to 23:30",))


def basis(protocol: Protocol, against: Control, chosen: Sequence[Readout], seed: int = 1) -> pd.DataFrame:
    """Per way, the parameters whose uncertainty moves its outcomes most.

    Each uncertain row is moved by one standard deviation on the typical person of the protocol; the share is
    the squared change of the difference, relative to the sum over rows (first-order variance), averaged over
    the outcomes of a way. Columns: way, name, value, unit, grade, source, meaning, share.
    """
    import pandas as pd

    rows, cohort = _one_at_a_time(protocol, seed)
    quantities = tuple(dict.fromkeys(outcome.quantity for outcome in chosen))
    worlds = twin(with_looks(protocol.only_at(()), chosen), against, cohort, keep=quantities)
    found: dict[str, list[np.ndarray]] = {}
    for outcome in chosen:
        difference = outcome.measure(worlds.treated, protocol.sessions, protocol.days) - outcome.measure(
            worlds.control, protocol.sessions, protocol.days
        )
        moved = np.nan_to_num(difference[1:] - difference[0]) ** 2
        if moved.sum() > 0:
            found.setdefault(outcome.way, []).append(moved / moved.sum())
    table = []
    for way, shares in found.items():
        mean = np.mean(shares, axis=0)
        for index in np.argsort(mean)[::-1][:_MOST]:
            if mean[index] >= _LEAST:
                row = rows[index]
                table.append(
                    {
                        "way": way,
                        "name": row.name,
                        "value": row.value,
                        "unit": row.unit,
                        "grade": row.grade,
                        "source": row.source,
                        "meaning": row.meaning,
                        "share": float(mean[index]),
                    }
                )
    return pd.DataFrame(table)


def sensitivity(quantity: str, seed: int = 1) -> pd.DataFrame:
    """What moves a read-out on an ordinary day of the typical person: each uncertain row up by one SD, one at a time.

    Columns: name, value, unit, grade, source, meaning, change (of the day's mean, in the quantity's unit), percent,
    share (of the variance from all rows, first order); largest first. Raises ``RequestError`` for no read-out.
    """
    _check(quantity)
    rows, cohort = _one_at_a_time(_ORDINARY, seed)
    return _moving(rows, np.nan_to_num(simulate(_ORDINARY, cohort, keep=[quantity])[quantity].values.mean(axis=0)))


def drivers(quantity: str, protocol: Protocol, against: Control, seed: int = 1) -> pd.DataFrame:
    """What moves the difference that a protocol makes in a read-out: each uncertain row up by one SD, one at a time.

    The difference from the control is that at the end of its sessions, or of its last week where it has none, on the
    typical person. Columns as of ``sensitivity``, ``change`` and ``percent`` of the difference. Raises ``RequestError``
    for no read-out.
    """
    _check(quantity)
    rows, cohort = _one_at_a_time(protocol, seed)
    asked = every_readout({quantity: quantity}, protocol.sessions)[0]
    worlds = twin(with_looks(protocol.only_at(()), [asked]), against, cohort, keep=(quantity,))
    own, other = (asked.measure(world, protocol.sessions, protocol.days) for world in (worlds.treated, worlds.control))
    return _moving(rows, np.nan_to_num(own - other))


def _moving(rows: Sequence[Any], values: Floats) -> pd.DataFrame:
    """Rows that move a value (1 + rows,), the first of which is as the ledger has it; largest share first."""
    import pandas as pd

    change, usual = values[1:] - values[0], float(values[0])
    total = float((change**2).sum()) or 1.0
    table = pd.DataFrame(
        [
            {
                "name": row.name,
                "value": row.value,
                "unit": row.unit,
                "grade": row.grade,
                "source": row.source,
                "meaning": row.meaning,
                "change": float(moved),
                "percent": 100 * float(moved) / usual if usual else float("nan"),
                "share": float(moved) ** 2 / total,
            }
            for row, moved in zip(rows, change, strict=True)
        ]
    )
    return table[table["change"] != 0].sort_values("share", ascending=False, ignore_index=True)


def arrows(quantity: str, seed: int = 1) -> pd.DataFrame:
    """What a read-out's ordinary day would lose without each arrow: cut for three days after a settled start.

    Columns: arrow, system (of the source and of the target), change (of the day's mean, in the quantity's unit),
    percent; largest first, those without effect left out. Raises ``RequestError`` for no read-out.
    """
    import pandas as pd

    _check(quantity)
    cut, world = ablated(_ORDINARY, [quantity], seed=seed)
    means = world[quantity].values.mean(axis=0)
    body = resident_body()
    table = pd.DataFrame(
        [
            {
                "arrow": f"{source}->{target}",
                "system": f"{body.system_of(source)} to {body.system_of(target)}",
                "change": float(moved - means[0]),
                "percent": 100 * float(moved / means[0] - 1) if means[0] else float("nan"),
            }
            for (source, target), moved in zip(cut, means[1:], strict=True)
        ]
    )
    moving = table[table["change"].abs() > _NOTHING * max(abs(float(means[0])), _NOTHING)]
    return moving.sort_values("change", key=lambda change: -change.abs(), ignore_index=True)


def _check(quantity: str) -> None:
    known = readouts(resident_body())
    if quantity not in known:
        raise RequestError(Finding("", f"no laboratory reads '{quantity}'", nearest(quantity, known)))


def _one_at_a_time(protocol: Protocol, seed: int) -> tuple[list[Any], Cohort]:
    """Uncertain ledger rows, and the typical person of a protocol as often: first as is, then with each row moved."""
    asked = people_of(protocol, 1, seed, {})
    rows = [
        row
        for row in resident_body().parameters.values()
        if row.uncertainty > 0 and row.name not in asked.settings and not row.covariate
    ]
    names = ("", *(row.name for row in rows))
    persons = np.zeros(len(names), dtype=np.int64)
    return rows, Cohort(persons, asked.settings, seed, typical=True, steady=True, nudges=names)
