"""Sources of the ledger: what a key such as ``fit:Carroll2007+NelsonTSST`` stands for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

NO_SOURCE = {"assumed": "assumed by us; no measurement", "definition": "true by definition"}


@cache
def sources() -> Mapping[str, str]:
    """Source key -> full citation, from ``sources.toml``."""
    return tomllib.loads(files(__package__).joinpath("sources.toml").read_text(encoding="utf-8"))


def keys_in(source: str) -> list[str]:
    """The keys a ledger row's source names; none where it is assumed or a definition."""
    return [] if source in NO_SOURCE else source.removeprefix("fit:").split("+")


def cited(source: str) -> str:
    """The full citation of a ledger row's source. Raises ``KeyError`` for a key without one."""
    if source in NO_SOURCE:
        return NO_SOURCE[source]
    text = "; ".join(sources()[key] for key in keys_in(source))
    return f"fitted by us to: {text}" if source.startswith("fit:") else text
