"""What decides the bits of a cohort run besides what was asked for, as its manifest says it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from effleurage.engine.provenance import code
from effleurage.engine.provenance import versions as installed


@cache
def versions() -> dict[str, str]:
    """Our version, a digest of the code that computes and writes a run, and the versions of the libraries it uses."""
    own = sorted(Path(__file__).parent.glob("*.py"))
    digest = sha256(code("people").encode() + b"".join(path.read_bytes() for path in own))
    return {**installed(), "code": digest.hexdigest()[:12]}
