"""Results as JSON takes them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from numbers import Integral, Real
from typing import Any


def plain(value: Any) -> Any:
    """Python's own types alone, also within: numbers of arrays become Python's, and what is no number ``None``.

    Names become texts, as in JSON.

    Raises ``TypeError`` for anything that JSON has no word for.

    >>> plain({"mean": float("nan"), "ends": (1, float("inf"))})
    {'mean': None, 'ends': [1, None]}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if str(getattr(value, "dtype", "")) == "bool":
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if isfinite(value) else None
    raise TypeError(f"{type(value).__name__} has no place in JSON")
