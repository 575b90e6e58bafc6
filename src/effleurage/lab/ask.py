"""What people ask about a read-out in one call: which uncertain numbers move it, and which arrows hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from effleurage.asked import asked
from effleurage.lab.contrast.basis import arrows
from effleurage.lab.contrast.basis import sensitivity as moved_by_numbers
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Sensitivity(Shown):
    """What an ordinary day's mean of ``quantity`` rests on, in the typical person.

    ``numbers``: each uncertain ledger row up by one SD of its uncertainty; ``arrows``: each arrow cut for three days.
    Both with the change, in the quantity's unit and in percent, largest first.
    """

    quantity: str
    numbers: pd.DataFrame
    arrows: pd.DataFrame

    def __repr__(self) -> str:
        first = f", most by {self.numbers['name'].iloc[0]}" if len(self.numbers) else ""
        return f"Sensitivity({self.quantity}: moved by {len(self.numbers)} numbers{first}; {len(self.arrows)} arrows)"

    def to_frame(self) -> pd.DataFrame:
        """The numbers, a row each."""
        return self.numbers


@asked
def sensitivity(quantity: str, seed: int = 1) -> Sensitivity:
    """What an ordinary day's mean does when each uncertain number moves by one SD, and when each arrow is cut.

    Raises ``RequestError`` with the nearest name for what no laboratory reads.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.sensitivity("cortisol")
    >>> bool(found.numbers.percent.abs().max() > 1)
    True
    """
    return Sensitivity(quantity, moved_by_numbers(quantity, seed), arrows(quantity, seed))
