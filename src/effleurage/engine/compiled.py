"""What JAX compiles is kept as all else is: with its checksum, in its own place, within the bound of the folder.

JAX would keep it by itself, and take whatever file bears the right name: machine code of another function that was put
there, or of which a bit has changed, would run and give other numbers.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from effleurage.engine.cache import COMPILED, cache_folder
from effleurage.engine.kept import keep, look
from effleurage.engine.provenance import processor

_WORTHWHILE = 0.2
"""Seconds that compiling took, from which on it is kept."""


class _Compiled:
    """Where JAX looks for what it has compiled, and puts it. Its keys hold all that decides but our processor."""

    def get(self, key: str) -> bytes | None:
        """What was kept, if it is whole."""
        return look(_place(key), bytes)

    def put(self, key: str, value: bytes) -> None:
        """Keep it, where that can be."""
        keep(_place(key), value)


def _place(key: str) -> str:
    return f"{COMPILED}/{sha256(f'{processor()} {key}'.encode()).hexdigest()[:24]}"


@cache
def keep_compiled() -> None:
    """Have JAX keep what it compiles from now on, in this process."""
    import jax
    from jax._src import compilation_cache as library  # its public door takes a folder, and no store

    jax.config.update("jax_compilation_cache_dir", str(cache_folder() / COMPILED))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", _WORTHWHILE)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    store: Any = _Compiled()
    library._cache, library._cache_initialized = store, True
