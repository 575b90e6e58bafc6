"""``cache``: how much is kept on disk between runs, and how to clear it."""

from __future__ import annotations

from typing import Annotated

import typer

from effleurage.cli import terminal
from effleurage.cli.options import AsJson
from effleurage.cli.terminal import right
from effleurage.engine.cache import (
    CACHE,
    CACHE_SIZE,
    KINDS,
    CacheSize,
    cache_bound,
    cache_folder,
    cache_size,
    clear_cache,
    size_text,
)


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove what is kept, and nothing else.")] = False,
    as_json: AsJson = False,
) -> None:
    """How much is kept on disk between runs, and how to clear it.

    What was derived once is kept for the next time. All of it can be removed: it is then derived anew, which takes some
    minutes.
    """
    size = clear_cache() if clear else cache_size()
    if as_json:
        kinds = {kind: {"files": size.files[kind], "bytes": size.bytes[kind]} for kind in KINDS if kind in size.files}
        about = {"folder": str(cache_folder()), "bound": cache_bound(), "bytes": size.total, "kinds": kinds}
        terminal.as_json({"cleared": clear, **about})
    elif clear:
        files = sum(size.files.values())
        terminal.line(f"removed {files:,} files, {size_text(size.total)}, from {size.folder}")
    else:
        _table(size)


def _table(size: CacheSize) -> None:
    rows = [
        (kind, f"{size.files[kind]:,}", size_text(size.bytes[kind]), meaning)
        for kind, meaning in KINDS.items()
        if kind in size.files
    ]
    if rows:
        terminal.table(("kind", *right("files", "size"), "what it is"), rows)
        terminal.line()
    terminal.line(f"{size}.")
    terminal.line(
        f"{CACHE} names another folder, {CACHE_SIZE} another bound, such as 500 MB; what is unused for longest goes "
        "first. effleurage cache --clear removes it all."
    )
