"""Calibration: ledger numbers moved, within their priors, to the fit targets of a ring; never to a massage.

Each block of ``physiology.toml`` is solved by SciPy's least squares on the same virtual people (common random
numbers), so it is reproducible to the last digit written. The slopes are forward differences with a step of our own,
far above the noise of a thousand people, where SciPy's would be below it. It starts from the values before any
calibration, so a re-run gives the ledger's own numbers. The interval is the Laplace approximation at the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.body.parameter import Parameter
from effleurage.body.sources import keys_in
from effleurage.errors import Finding, RequestError, RunError, nearest
from effleurage.evidence.norms.targets import Target, shipped_targets
from effleurage.evidence.norms.validate import PEOPLE, simulated, spreads
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import whole_body
from effleurage.protocol.tables import shipped_rows
from effleurage.statistics.intervals import NINETY_FIVE

if TYPE_CHECKING:
    import tomlkit

_SOURCE = "Targets"
_NUDGE = 0.06
"""Step of the slopes, of the logarithm of a number."""
_TURNS = 16
"""Points that are tried, in each block."""
_STILL = 0.01
"""Where all numbers together move by less, in SDs of their priors, a block is solved."""
_UNINFORMED = 0.9
"""Posterior over prior width above which the data say nothing, and the number keeps its value."""
FIGURES = 3


@dataclass(frozen=True)
class Moved:
    """A number that may be calibrated: ``"row.field"`` of the ledger, its value before any calibration, and its prior.

    ``prior``: SD of its logarithm.
    """

    number: str
    before: float
    prior: float


@dataclass(frozen=True)
class Block:
    """Numbers that are solved together, for the targets of a ring; fields as in ``physiology.toml``."""

    name: str
    ring: str
    targets: tuple[str, ...]
    numbers: tuple[Moved, ...]


@dataclass(frozen=True)
class Fitted:
    """One calibrated number: its value before and after, 95 % interval, and whether the targets informed it."""

    block: str
    number: str
    before: float
    after: float
    low: float
    high: float
    informed: bool
    targets: tuple[str, ...]


def blocks(ring: str) -> list[Block]:
    """The blocks of a ring. Raises ``RequestError`` for a ring that may not be calibrated."""
    known = {block.ring for block in _every_block()}
    if ring not in known:
        what = "is never calibrated here" if ring == "massage" else "is no ring"
        raise RequestError(Finding("ring", f"'{ring}' {what}", nearest(ring, known)))
    return [block for block in _every_block() if block.ring == ring]


def _every_block() -> tuple[Block, ...]:
    return shipped_rows(Block, "block", __package__, "physiology.toml")


def calibrate(ring: str, seed: int = 1, progress: Callable[[float], None] | None = None) -> list[Fitted]:
    """Solve the blocks of a ring, one after the other, each on what the ones before it found.

    Every number of these and of later blocks starts from its value before calibration, whatever the ledger says.

    Raises ``RunError`` where a block does not converge; nothing is written then.
    """
    chosen = blocks(ring)
    every = _every_block()
    later = every[every.index(chosen[0]) :]
    before = {one.number: one.before for block in later for one in block.numbers}
    found: list[Fitted] = []
    rows = with_numbers({}, before)
    for number, block in enumerate(chosen):
        solved = _solve(block, rows, seed)
        rows = with_numbers(rows, {one.number: one.after for one in solved})
        found += solved
        if progress:
            progress((number + 1) / len(chosen))
    return found


def with_numbers(rows: Mapping[str, Parameter], numbers: Mapping[str, float]) -> dict[str, Parameter]:
    """Ledger rows that stand in for the body's, with ``"row.field"`` numbers set."""
    body = whole_body()
    changed = dict(rows)
    for number, value in numbers.items():
        name, field = number.split(".")
        changed[name] = replace(changed.get(name) or body.parameters[name], **{field: value})  # type: ignore[arg-type]
    return changed


def changed_ledgers(calibrated: Sequence[Fitted], source: str = _SOURCE) -> dict[str, str]:
    """Texts of the ledgers that calibrated numbers change, by file name; what was not informed stays as it is.

    Comments, order and all other numbers are those of the installed body, which stays as it is. A calibrated value
    names ``source``, a key of ``body/sources.toml``, beside its own. Raises ``RunError`` where a row is not found.
    """
    import tomlkit

    home = files("effleurage.body")
    ledgers: dict[str, tomlkit.TOMLDocument] = {}
    for fitted in calibrated:
        name, field = fitted.number.split(".")
        ledger = f"{whole_body().system_of(name)}.toml"
        if ledger not in ledgers:
            ledgers[ledger] = tomlkit.parse(home.joinpath(ledger).read_text(encoding="utf-8"))
        row = ledgers[ledger]["parameters"][name]
        if field not in row:
            raise RunError(Finding(ledger, f"no field {field} in the row {name}", "Give the row that field."))
        if row[field] != fitted.after:
            row[field] = int(fitted.after) if fitted.after.is_integer() else fitted.after
        if field == "value" and fitted.informed:
            row["source"] = _fitted_source(str(row["source"]), source)
    return {name: tomlkit.dumps(ledger) for name, ledger in ledgers.items()}


def _fitted_source(before: str, source: str) -> str:
    keys = [key for key in keys_in(before) if key != source]
    return f"fit:{'+'.join([*keys, source])}"


def _solve(block: Block, rows: Mapping[str, Parameter], seed: int) -> list[Fitted]:
    """The numbers of a block, each moved by so many SDs of its prior (of its logarithm) as the targets ask for."""
    from scipy.optimize import least_squares

    targets = _targets(block)
    numbers = [one.number for one in block.numbers]
    start = np.log([one.before for one in block.numbers])
    prior = np.array([one.prior for one in block.numbers])
    tau = spreads(shipped_targets())

    @cache  # SciPy asks for the slopes where it has just been
    def residuals_at(*moved: float) -> Floats:
        cohort = Cohort.of(PEOPLE, seed)
        values = dict(zip(numbers, np.exp(start + prior * np.array(moved)).tolist(), strict=True))
        own = simulated(targets, replace(cohort, rows=with_numbers(rows, values)))
        apart = [_residual(target, own[target.id].value, tau[target.id][0]) for target in targets]
        return np.array([*apart, *moved])

    def residuals(moved: Floats) -> Floats:
        return residuals_at(*moved.tolist())

    def slopes(moved: Floats) -> Floats:
        here, steps = residuals(moved), np.diag(_NUDGE / prior)
        return np.column_stack([(residuals(moved + step) - here) / step.sum() for step in steps])

    found = least_squares(residuals, np.zeros(len(numbers)), jac=slopes, xtol=_STILL, max_nfev=_TURNS)
    if not found.success:
        what = f"is not solved at the {found.nfev}th point that was tried"
        raise RunError(Finding(f"block '{block.name}'", what, "Loosen a prior, or take a number out."))
    width = prior * np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)))
    informed = width < _UNINFORMED * prior
    centre = start + np.where(informed, prior * found.x, 0.0)
    half = NINETY_FIVE * width
    rows_told = (start, centre, centre - half, centre + half)
    told = [[float(f"{np.exp(value):.{FIGURES}g}") for value in row] for row in rows_told]
    return [
        Fitted(block.name, number, before, after, low, high, bool(sure), block.targets)
        for number, before, after, low, high, sure in zip(numbers, *told, informed, strict=True)
    ]


def _targets(block: Block) -> list[Target]:
    known = {target.id: target for target in shipped_targets()}
    findings = []
    for name in block.targets:
        if name not in known:
            findings.append(Finding(f"block '{block.name}'", f"no target '{name}'", nearest(name, known)))
        elif known[name].use != "fit" or known[name].ring == "massage":
            findings.append(Finding(f"block '{block.name}'", f"'{name}' is not to be fitted", "Take it out."))
    if findings:
        raise RequestError(findings)
    return [known[name] for name in block.targets]


def _residual(target: Target, own: float, tau: float) -> float:
    relative = target.standard_error / abs(target.value) if target.value else 0.0
    if target.value > 0 and own > 0:
        return float(np.log(own / target.value) / np.hypot(relative, tau))
    return float((own - target.value) / max(np.hypot(target.standard_error, tau * abs(target.value)), 1e-12))
