"""What people ask of the evidence in one call: what can be said, what was found, and how the body stands beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from effleurage.asked import asked
from effleurage.engine.threads import Progress
from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.challenges.tried import Tried, try_out
from effleurage.evidence.claims.claims import Claim, claims
from effleurage.evidence.claims.verdicts import Verdict, verdicts
from effleurage.evidence.norms import distributions, raw
from effleurage.evidence.norms.targets import Ring, read_targets, shipped_targets
from effleurage.evidence.norms.validate import validate as hold
from effleurage.evidence.published.appraisal import Evidence, evidence
from effleurage.evidence.published.effects import CORRELATION
from effleurage.evidence.ring.foretold import Foretold, foretell
from effleurage.evidence.ring.outside import read_results
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


MASSAGE = "massage"
RESULTS = ".csv"
"""The ending of a file of massage results; targets are TOML."""
Files = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@asked
def verdict(claim: str | Claim, seed: int = 1) -> Verdict:
    """What studies and the simulated body together say of a claim; ``claims()`` lists them.

    Raises ``RequestError`` with the nearest name for a claim that does not exist.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.verdict("lymph").word
    'untested'
    """
    known = {one.id: one for one in claims()}
    chosen = known.get(claim) if isinstance(claim, str) else claim
    if chosen is None:
        raise RequestError(Finding("claim", f"no claim '{claim}'", nearest(str(claim), known)))
    return verdicts([chosen], seed)[0]


@asked
def studies(outcome: str, correlation: float = CORRELATION) -> Evidence:
    """What massage studies found about an outcome: each study, its size, and all together where there are enough.

    ``outcome``: an outcome, a quantity, a pathway or a word, such as ``"cortisol"``; ``correlation``: assumed between
    two measurements of the same people. Raises ``RequestError`` for an unknown outcome or what is no correlation.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.studies("cortisol")
    >>> bool((found.to_frame().groupby("quantity").size() >= 1).all())
    True
    """
    return evidence(outcome, correlation)


@asked
def challenges(name: str = "", *, seed: int = 1, progress: Progress | None = None) -> Tried:
    """What an expert tries first on a body, carried out and held against published values.

    ``name``: one challenge, such as ``"posture"``; by default all of them, which takes minutes. ``progress`` is called
    with the share that is done, 0 to 1. Raises ``RequestError`` with the nearest name for one that does not exist.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.challenges("slow breathing")
    >>> set(found.to_frame().status) <= {"green", "yellow", "red"}, [panel.quantity for panel in found.panels]
    (True, ['systolic', 'heart_rate'])
    """
    return try_out(name, seed, progress=progress)


@dataclass(frozen=True)
class Validation(Shown):
    """The body beside published values.

    ``table``: a row a target, with its status; ``distributions``: a row a distribution of real people, or None where
    they were not asked for; ``foretold``: how published massage results were foretold, or None likewise.
    """

    table: pd.DataFrame
    distributions: pd.DataFrame | None = None
    foretold: Foretold | None = None

    def __repr__(self) -> str:
        counts = self.table["status"].value_counts().to_dict() if len(self.table) else {}
        said = ", ".join(f"{number} {status}" for status, number in counts.items())
        more = f", {len(self.foretold.table)} massage results" if self.foretold else ""
        return f"Validation({said or 'no targets'}{more})"

    def to_frame(self) -> pd.DataFrame:
        """A row a target; of massage results alone, a row a result."""
        return self.foretold.table if self.foretold and not len(self.table) else self.table


@asked
def validate(
    ring: str = "",
    targets: Files = (),
    *,
    individuals: str | os.PathLike[str] | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Validation:
    """Carry out every target and hold it against the rule.

    ``ring``: only ``"norm"``, ``"challenge"`` or ``"massage"``, which foretells every published massage result too.
    ``targets``: your own, as files of targets (.toml) or of massage results (.csv), instead of ours. ``individuals``:
    a folder of real people's records, instead of the quantiles that come with us. ``progress`` is called with the share
    of the targets that is done, 0 to 1.

    Raises ``RequestError`` for a ring that does not exist, ``TargetError`` for a file that cannot be tested.

    Example
    -------
    >>> import effleurage as ef
    >>> from importlib.resources import files
    >>> found = ef.validate(targets=files("effleurage") / "evidence" / "norms" / "targets" / "lymph.toml")
    >>> set(found.to_frame().status) <= {"green", "yellow", "red", "ungated"}
    True
    """
    import pandas as pd

    if ring and ring not in get_args(Ring):
        raise RequestError(Finding("ring", f"no ring '{ring}'", nearest(ring, get_args(Ring))))
    own = [targets] if isinstance(targets, str | os.PathLike) else list(targets)
    files = [Path(file) for file in own]
    results = [file for file in files if file.suffix.lower() == RESULTS]
    if results and len(results) < len(files):
        what = "targets (.toml) and massage results (.csv) in one call"
        raise RequestError(Finding("targets", what, "Give them in two calls."))
    if results:
        book, questions = read_results(results)
        return Validation(pd.DataFrame(), foretold=foretell(questions, book, seed, progress=progress))
    chosen = read_targets(files) if files else shipped_targets()
    chosen = tuple(target for target in chosen if not ring or target.ring == ring)
    if not chosen:
        raise RequestError(Finding("ring", f"no target of the ring '{ring}'", "Choose another."))
    real = raw.individuals(Path(individuals)) if individuals else None
    table = hold(chosen, seed=seed, progress=progress)
    spread = None
    if not files and ring in ("", "norm"):
        spread = distributions.hold(distributions.shipped_distributions(), real, seed=seed)
    foretold = foretell(seed=seed) if ring == MASSAGE and not files else None
    return Validation(table, spread, foretold)
