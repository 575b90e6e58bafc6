"""One world in a table: what a quantity came to, over people and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def means(world: xr.Dataset) -> pd.DataFrame:
    """A row a quantity: mean over people and time, spread (SD) between people's means, lowest and highest, in its unit.

    Example
    -------
    >>> from effleurage.people.simulate import simulate
    >>> from effleurage.protocol.model import Protocol
    >>> means(simulate(Protocol(title="a quiet day", days=1), 2, keep=["heart_rate"])).quantity.tolist()
    ['heart_rate']
    """
    import pandas as pd

    rows = []
    for name, values in world.data_vars.items():
        own = values.mean("time", skipna=True)
        rows.append(
            {
                "quantity": name,
                "unit": values.attrs["ledger_unit"],
                "mean": float(own.mean()),
                "spread": float(own.std()),
                "low": float(values.min()),
                "high": float(values.max()),
                "meaning": values.attrs["long_name"],
            }
        )
    return pd.DataFrame(rows)
