"""Whatever is done to the files of the cache, they are made anew and said once, and every number stays.

Each file that two commands use, of every kind, is emptied, cut, changed in a bit, filled with something else, or
swapped with another of its kind. The commands then give the same numbers and say once a kind that something was made
anew; asked again, they give them without a word.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from commands import SENTENCE, carried_out, crashed, furnish
from proof import SEED, Figure

from effleurage.engine.cache import KINDS, cache_folder, is_place

SOURCES = ("src/effleurage/engine/*.py", "src/effleurage/trial/lives/bank.py", "tests/proofs/commands.py")
ROUNDS = 8
DAMAGES = 100
ASKS = (("simulate", "day.yaml", "--people", "2", "--json"), ("plan", SENTENCE, "--quick", "--json"))
LONG_AGO = 1e9
DEAR = ("traced", "xla")
"""Kinds that take a minute or more to make anew; a quick look leaves them alone."""


def a_bit(luck: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    found[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    return bytes(found)


HARMS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    lambda luck, data: b"",
    lambda luck, data: data[: luck.randrange(1, len(data))],
    a_bit,
    a_bit,
    lambda luck, data: bytes(len(data)),
    lambda luck, data: luck.randbytes(len(data)),
    lambda luck, data: data + b"\n",
    lambda luck, data: b"PK\x03\x04" + data[4:],
    lambda luck, data: b"null",
    lambda luck, data: b"[" * 100_000,
)


def answers(place: Path, cache: Path) -> tuple[list[str], str, bool]:
    """What the commands give with a cache, what they say besides, and whether one of them crashed."""
    done = [carried_out(words, place, {"EFFLEURAGE_CACHE": str(cache)}) for words in ASKS]
    return [one.stdout for one in done], "".join(one.stderr for one in done), any(map(crashed, done))


def used(cache: Path, since: float) -> dict[str, list[Path]]:
    """Files of the cache that were used since then, by kind."""
    found = defaultdict(list)
    for path in sorted(cache.rglob("*")):
        place = path.relative_to(cache).as_posix()
        if path.is_file() and is_place(place) and path.stat().st_mtime > since:
            found[next(kind for kind in KINDS if place.startswith(kind))].append(path)
    return found


def damage(files: list[Path], luck: random.Random) -> None:
    """Harm every file; two or more of a kind are sometimes swapped in a ring."""
    if len(files) > 1 and luck.random() < 0.4:
        data = [path.read_bytes() for path in files]
        for path, other in zip(files, [*data[1:], data[0]], strict=True):
            path.write_bytes(other)
        return
    for path in files:
        harmed = whole = path.read_bytes()
        while harmed == whole:  # some harm is none to some files, such as the mark of an archive at its beginning
            harmed = luck.choice(HARMS)(luck, whole)
        path.write_bytes(harmed)


def prove(quick: bool) -> Iterator[Figure]:
    """Damage everything in turn, and ask."""
    luck, count, faults = random.Random(SEED), dict.fromkeys(KINDS, 0), []
    with tempfile.TemporaryDirectory() as home:
        place, cache = furnish(Path(home) / "place"), Path(home) / "cache"
        if cache_folder().is_dir():  # a machine that has run nothing yet begins without
            shutil.copytree(cache_folder(), cache)
        for path in cache.rglob("*"):
            os.utime(path, (LONG_AGO, LONG_AGO))
        wanted, _, _ = answers(place, cache)
        files = used(cache, LONG_AGO)
        for turn in range(1 if quick else ROUNDS):
            for kind, paths in files.items():
                if not quick or kind not in DEAR:
                    damage(paths, luck)
                    count[kind] += len(paths)
            found, said, crash = answers(place, cache)
            faults += [f"round {turn}: crashed"] * crash + [f"round {turn}: other numbers"] * (found != wanted)
            unsaid = [kind for kind in files if (not quick or kind not in DEAR) and f"anew: {kind}" not in said]
            faults += [f"round {turn}: {kind} was not said" for kind in unsaid]
            found, said, crash = answers(place, cache)
            unhealed = ["crashed"] * crash + ["other numbers"] * (found != wanted)
            unhealed += [line for line in said.splitlines() if "damaged" in line]
            faults += [f"round {turn}, asked again: {what}" for what in unhealed]
    for kind, meaning in KINDS.items():
        least = 0 if quick and kind in DEAR else 1
        yield Figure(f"damaged files of {meaning}", str(count[kind]), f"{least} or more", count[kind] >= least)
    least = 3 if quick else DAMAGES
    yield Figure("damaged files", str(sum(count.values())), f"{least} or more", sum(count.values()) >= least)
    yield Figure("what went wrong", "; ".join(faults[:4]) or "nothing", "nothing", not faults)
