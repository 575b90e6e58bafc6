"""Who gets what: permuted blocks for a parallel trial, sequences of periods for a crossover, from named luck."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from effleurage.engine.streams import normals
from effleurage.errors import Finding, RequestError
from effleurage.trial.design.design import Design

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("number", "block", "stratum", "arm", "sequence")
"""Of an allocation list. ``sequence`` is empty in a parallel trial; in a crossover ``arm`` is that of period 1."""
THEN = " > "
"""Between the arms of a sequence."""


def allocation(design: Design, n: int, seed: int, strata: Sequence[str] = (), varied: bool = False) -> pd.DataFrame:
    """The allocation list (``COLUMNS``), one row a place; place and block are numbered through all strata.

    n: persons in each arm, in all of a crossover, as in the design. strata: each gets a whole list of its own, for how
    many persons fall into one is not known beforehand. varied: blocks of random size, from the design's block to twice
    it. A block is the design's, or the next larger one that all arms share evenly; the last of a list ends with it.

    Raises ``RequestError`` for nobody, and for a stratum named twice.
    """
    import pandas as pd

    groups = sequences(design) if design.layout == "crossover" else [(arm.name,) for arm in design.arms]
    _refuse(n, strata)
    places = n if design.layout == "crossover" else n * len(groups)
    rows: list[tuple[int, int, str, str, str]] = []
    block = 0
    for stratum in strata or ("",):
        keys = normals(seed, f"allocation order {stratum}", np.arange(places + 2 * _evenly(design.block, len(groups))))
        begun = 0
        for size in _sizes(design.block, len(groups), places, seed, stratum, varied):
            block += 1
            for turn in np.argsort(keys[begun : begun + size])[: places - begun]:
                group = groups[int(turn) % len(groups)]
                told = THEN.join(group) if design.layout == "crossover" else ""
                rows.append((len(rows) + 1, block, stratum, group[0], told))
            begun += size
    return pd.DataFrame(rows, columns=list(COLUMNS))


def sequences(design: Design) -> list[tuple[str, ...]]:
    """Orders in which the arms of a crossover follow each other, alike often before and after one another.

    All orders of up to three arms; of more, the rows of a Williams square (two squares for an odd number).
    """
    names = [arm.name for arm in design.arms]
    count = len(names)
    if count <= 3:
        return list(permutations(names))
    zigzag = [turn // 2 + 1 if turn % 2 else -turn // 2 for turn in range(count)]
    rows = [tuple(names[(step + shift) % count] for step in zigzag) for shift in range(count)]
    return rows + [row[::-1] for row in rows] * (count % 2)


def _evenly(block: int, groups: int) -> int:
    return max(-(-block // groups), 1) * groups


def _sizes(block: int, groups: int, places: int, seed: int, stratum: str, varied: bool) -> list[int]:
    """Sizes of the blocks of one list; the last is no larger than what is left, evened out over the groups."""
    least = _evenly(block, groups)
    lots: NDArray[np.int64] = np.full(places // least + 1, least, dtype=np.int64)
    if varied:
        from scipy.special import ndtr

        choices = np.arange(least, 2 * block + groups, groups)
        choices = choices[choices <= max(2 * block, least)]
        luck = normals(seed, f"allocation block {stratum}", np.arange(len(lots)))
        lots = choices[np.minimum((ndtr(luck) * len(choices)).astype(np.int64), len(choices) - 1)]
    sizes: list[int] = []
    for size in lots:
        if (left := places - sum(sizes)) > 0:
            sizes.append(min(int(size), _evenly(left, groups)))
    return sizes


def _refuse(n: int, strata: Sequence[str]) -> None:
    findings = [Finding("n", f"{n} persons cannot be allocated", "Give 1 or more.")] if n < 1 else []
    for name in sorted({name for name in strata if list(strata).count(name) > 1}):
        findings.append(Finding("strata", f"two strata are called '{name}'", "Name each differently."))
    if findings:
        raise RequestError(findings)
