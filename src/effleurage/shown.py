"""What type checkers know of a result: that it shows itself as a table, a figure and a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Shown:
    """A class of results; what is declared here, the front door gives it when it is first used."""

    if TYPE_CHECKING:

        def to_frame(self) -> pd.DataFrame:
            """The result as a table."""

        def plot(self, *about: Any) -> Any:
            """The result as an Altair chart; ``about``: what of it, such as quantities."""

        def _repr_html_(self) -> str: ...
