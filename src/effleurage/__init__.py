"""Effleurage: a virtual laboratory for massage and immunity."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from effleurage.errors import EffleurageError
    from effleurage.people.cohort import Cohort, Person
    from effleurage.people.simulate import Twin, simulate, twin
    from effleurage.protocol.model import Protocol
    from effleurage.protocol.reading import read_protocol

__version__ = "0.1.0"

_HOMES = {
    "Cohort": "people.cohort",
    "EffleurageError": "errors",
    "Person": "people.cohort",
    "Protocol": "protocol.model",
    "Twin": "people.simulate",
    "read_protocol": "protocol.reading",
    "simulate": "people.simulate",
    "twin": "people.simulate",
}

__all__ = [
    "Cohort",
    "EffleurageError",
    "Person",
    "Protocol",
    "Twin",
    "__version__",
    "read_protocol",
    "simulate",
    "twin",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing the package loads nothing heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'effleurage' has no attribute '{name}'")
    return getattr(import_module(f"effleurage.{_HOMES[name]}"), name)
