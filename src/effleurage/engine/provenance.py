"""What decides the bits of a run besides what was asked for: code and tables, versions, and type of processor."""

from __future__ import annotations

import os
import platform
import re
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path

from effleurage.engine.flags import tell_xla

PACKAGE = Path(__file__).parents[1]
LAYERS = ("body", "engine", "protocol", "people", "statistics", "lab", "evidence", "trial")
"""Folders of the package that virtual lives depend on; each rests on those before it, and on none after it."""
GROUND = ("arrays.py", "asked.py", "errors.py", "shown.py", "words.py")
"""Files of the package that every layer may rest on."""
LIBRARIES = ("jax", "jaxlib", "numpy", "scipy", "sympy", "python-libsbml", "antimony")
"""What computes for us, or writes what is computed."""
_MADE_BY_PYTHON = "__pycache__"


@cache
def code(layer: str, package: Path = PACKAGE) -> str:
    """A digest of all code and tables that what a layer makes depends on: every file of it and of those below."""
    place = LAYERS.index(layer)
    digest = sha256(code(LAYERS[place - 1], package).encode() if place else b"")
    files = [] if place else [package / name for name in GROUND]
    for folder, inner, names in os.walk(package / layer):
        inner[:] = sorted(set(inner) - {_MADE_BY_PYTHON})
        files += [Path(folder, name) for name in sorted(names)]
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.parent.relative_to(package)} {file.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Our version, and those of the libraries that compute for us, by name."""
    own = str(import_module("effleurage").__version__)  # of this code, whatever is installed
    return {"effleurage": own, **{name: version(name) for name in LIBRARIES}}


@cache
def cpu() -> str:
    """The type of the processor, as far as it decides the bits: name, architecture and vector units."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            text = "".join(takewhile(str.strip, file))  # the first of many alike
    except OSError:
        text = ""
    name = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    units = [unit for unit in ("fma", "avx2", "avx512f", "avx512vl", "asimd", "sve") if re.search(rf"\b{unit}\b", text)]
    return " ".join([name.group(1) if name else platform.processor(), platform.machine(), *units]).strip()


def processor() -> str:
    """The type of the processor, what JAX computes on, and how XLA is told to compile for it."""
    flags = tell_xla()  # before JAX looks for a device: XLA listens until then
    import jax

    return f"{cpu()}, {jax.default_backend()} {jax.devices()[0].device_kind}, {flags}"


def key(layer: str, *about: object) -> str:
    """The name under which something is kept: a digest of the code of its layer, of versions, and of what it is about.

    What ``about`` holds must say all of itself: bytes, or what ``repr`` shows whole, such as text, numbers and records.
    """
    told = [sha256(one).hexdigest() if isinstance(one, bytes) else one for one in about]
    return sha256(repr((code(layer), versions(), told)).encode()).hexdigest()[:24]
