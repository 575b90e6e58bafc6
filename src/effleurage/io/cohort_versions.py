"""What decides the bits of a run besides what was asked for: versions, code and type of processor."""

from __future__ import annotations

import platform
import re
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path


@cache
def versions() -> dict[str, str]:
    """Whatever decides the bits of a run, by name: our version, a digest of the code that computes, and JAX's."""
    root = Path(__file__).parents[1]
    files = [path for part in ("body", "engine", "protocol", "people") for path in (root / part).iterdir()]
    files += Path(__file__).parent.glob("cohort_*.py")
    code = sha256()
    for path in sorted(path for path in files if path.suffix in (".ant", ".py", ".toml")):
        code.update(path.name.encode() + path.read_bytes())
    packages = {name: version(name) for name in ("effleurage", "jax", "jaxlib", "numpy")}
    return {**packages, "code": code.hexdigest()[:12]}


@cache
def cpu() -> str:
    """The type of the processor, as far as it decides the bits: name, architecture and vector units."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    name = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    units = [unit for unit in ("fma", "avx2", "avx512f", "avx512vl", "asimd", "sve") if re.search(rf"\b{unit}\b", text)]
    return " ".join([name.group(1) if name else platform.processor(), platform.machine(), *units]).strip()
