"""What a result rests on: which uncertain numbers of the ledger move it, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from effleurage.lab.compare import Control, with_looks
from effleurage.lab.outcomes import Outcome
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import people_of, resident_body, twin
from effleurage.protocol.model import Protocol

if TYPE_CHECKING:
    import pandas as pd

_MOST = 6
_LEAST = 0.01


def basis(protocol: Protocol, against: Control, chosen: Sequence[Outcome], seed: int = 1) -> pd.DataFrame:
    """Per way, the parameters whose uncertainty moves its outcomes most.

    Each uncertain row is moved by one standard deviation on the typical person of the protocol; the share is
    the squared change of the difference, relative to the sum over rows (first-order variance), averaged over
    the outcomes of a way. Columns: way, name, value, unit, grade, source, meaning, share.
    """
    import pandas as pd

    body = resident_body()
    asked = people_of(protocol, 1, seed, {})
    rows = [
        p for p in body.parameters.values() if p.uncertainty > 0 and p.name not in asked.settings and not p.covariate
    ]
    names = ("", *(row.name for row in rows))
    cohort = Cohort(np.zeros(len(names), dtype=np.int64), asked.settings, seed, typical=True, steady=True, nudges=names)
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
