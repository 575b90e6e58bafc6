"""How sure a body of evidence is, in GRADE's five domains (Guyatt 2011, J Clin Epidemiol 64:383)."""

from __future__ import annotations

from dataclasses import dataclass

from effleurage.statistics.pooling import Pooled

ENOUGH_PEOPLE = 400
"""GRADE's rule of thumb for a continuous outcome (Guyatt 2011, J Clin Epidemiol 64:1283)."""
ENOUGH_STUDIES = 10
"""Fewer cannot show that studies are missing (Sterne 2011, BMJ 343:d4002)."""
WORDS = ("not serious", "serious", "very serious")


@dataclass(frozen=True)
class Grade:
    """GRADE's domains in words; only what the ledger's numbers can tell is judged."""

    inconsistency: str
    imprecision: str
    publication_bias: str
    risk_of_bias: str = "not assessed: no study was scored"
    indirectness: str = "not assessed"


def grade(studies: int, people: int, pool: Pooled | None) -> Grade:
    """Judge ``studies`` with ``people`` in all, pooled or not.

    Inconsistency is serious if I2 is a half or more, or if the mean is clear but the next study may fall on the other
    side of none; very serious if I2 is three quarters or more and the next study may fall on either side. Imprecision
    is serious below ENOUGH_PEOPLE, or if the mean's interval includes none; very serious if both.
    """
    why = f"{studies} studies, fewer than {ENOUGH_STUDIES}" if studies < ENOUGH_STUDIES else "asymmetry is not tested"
    bias, few = f"not assessed: {why}", people < ENOUGH_PEOPLE
    if pool is None:
        level = "serious: " if few else "not assessed: no common size, "
        return Grade("not assessed: nothing is pooled", f"{level}{people} people", bias)
    unclear, either = bool(pool.low <= 0 <= pool.high), bool(pool.next_low <= 0 <= pool.next_high)
    spread = 2 if pool.i2 >= 0.75 and either else int(pool.i2 >= 0.5 or (either and not unclear))
    ends = f"I2 {100 * pool.i2:.0f} %, the next study at {pool.next_low:.2f} to {pool.next_high:.2f}"
    seen = f"{people} people, the interval {'includes' if unclear else 'excludes'} no difference"
    return Grade(f"{WORDS[spread]}: {ends}", f"{WORDS[few + unclear]}: {seen}", bias)
