"""Effleurage: a virtual laboratory for massage and immunity.

``import effleurage as ef`` loads nothing heavy; a name is loaded when it is first used. ``dir(ef)`` lists them all,
and ``help(ef.simulate)`` says what a name does, with an example. Everything the command line does is here.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

__version__ = "0.1.0"

_load, _, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, with the figures and pages of what it gives back."""
    if name not in __all__:
        raise AttributeError(_unknown(name))
    value = globals()[name] = _load(name)
    _draw()
    return value


def __dir__() -> list[str]:
    """What Tab shows."""
    return sorted([*__all__, "__version__"])


def _draw() -> None:
    """Give each class of results that is loaded by now its figure and its look in a notebook."""
    import sys

    from effleurage.report.results import LOOKS, attach

    for place in LOOKS:
        home, _, kind = place.rpartition(".")
        if home in sys.modules:
            attach(getattr(sys.modules[home], kind))


def _unknown(name: str) -> str:
    said = f"module 'effleurage' has no attribute '{name}'"
    if name.startswith("_"):
        return said
    from effleurage.errors import nearest

    return f"{said}. {nearest(name, __all__)}"
