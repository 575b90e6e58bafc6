"""Randomness that is named, never sequenced: keyed by seed, purpose and person, never by place in a batch."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray


def normals(seed: int, purpose: str, persons: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard normal numbers, one a person (persons,); person 7 gets the same whoever else is asked for."""
    if not len(persons):
        return np.zeros(0)
    key = int.from_bytes(sha256(f"{seed}|{purpose}".encode()).digest()[:16], "little")
    generator = np.random.Generator(np.random.Philox(key=key))
    return generator.standard_normal(int(persons.max()) + 1)[persons]
