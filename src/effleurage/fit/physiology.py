"""Calibration: ledger numbers moved, within their priors, to the fit targets of a ring; never to a massage.

Each block of ``physiology.toml`` is solved by Gauss-Newton with forward differences on the same virtual people
(common random numbers), so it is reproducible to the last digit written. It starts from the values before any
calibration, so a re-run gives the ledger's own numbers. The interval is the Laplace approximation at the optimum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from effleurage.arrays import Floats
from effleurage.body.ledger import Parameter
from effleurage.body.sources import keys_in
from effleurage.errors import Finding, RequestError, RunError, nearest
from effleurage.evidence.norms.targets import Target, shipped_targets
from effleurage.evidence.norms.validate import PEOPLE, simulated, spreads
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import whole_body
from effleurage.protocol.tables import shipped_rows
from effleurage.statistics.intervals import NINETY_FIVE

_SOURCE = "Targets"
_NUDGE = 0.06
_TURNS = 16
_STILL = 0.02
_LONGEST = 0.5
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


def write(found: Sequence[Fitted], folder: Path, source: str = _SOURCE) -> None:
    """Write calibrated numbers into the ledgers of ``folder``; what was not informed stays as it is.

    A calibrated value names ``source``, a key of ``body/sources.toml``, beside its own. Raises ``RunError`` where a row
    is not found.
    """
    for fitted in found:
        name, field = fitted.number.split(".")
        path = folder / f"{whole_body().system_of(name)}.toml"
        text = path.read_text(encoding="utf-8")
        changed, count = re.subn(
            rf"^({re.escape(name)} = \{{.*?\b{field} = )-?[\d.e-]+", rf"\g<1>{fitted.after:g}", text, flags=re.MULTILINE
        )
        if count != 1:
            raise RunError(Finding(path.name, f"no field {field} in the row {name}", "Give the row that field."))
        if field == "value" and fitted.informed:
            row = rf'^({re.escape(name)} = \{{.*?source = ")([^"]*)"'
            changed = re.sub(
                row, lambda found: f'{found[1]}{_fitted_source(found[2], source)}"', changed, flags=re.MULTILINE
            )
        path.write_text(changed, encoding="utf-8")


def _fitted_source(before: str, source: str) -> str:
    keys = [key for key in keys_in(before) if key != source]
    return f"fit:{'+'.join([*keys, source])}"


def _solve(block: Block, rows: Mapping[str, Parameter], seed: int) -> list[Fitted]:
    targets = _targets(block)
    numbers = [one.number for one in block.numbers]
    start = np.log([one.before for one in block.numbers])
    prior = np.array([one.prior for one in block.numbers])
    tau = spreads(shipped_targets())

    def residuals(theta: Floats) -> Floats:
        cohort = Cohort.of(PEOPLE, seed)
        values = dict(zip(numbers, np.exp(theta).tolist(), strict=True))
        own = simulated(targets, replace(cohort, rows=with_numbers(rows, values)))
        return np.array([_residual(target, own[target.id].value, tau[target.id][0]) for target in targets])

    theta, jacobian = start.copy(), np.empty((len(targets), len(numbers)))
    for _ in range(_TURNS):
        here = residuals(theta)
        for column in range(len(numbers)):
            step = np.zeros(len(numbers))
            step[column] = _NUDGE
            jacobian[:, column] = (residuals(theta + step) - here) / _NUDGE
        curvature = jacobian.T @ jacobian + np.diag(prior**-2.0)
        slope = jacobian.T @ here + (theta - start) / prior**2
        move = np.clip(-np.linalg.solve(curvature, slope), -_LONGEST, _LONGEST)
        theta = theta + move
        if np.abs(move).max() < _STILL:
            break
    else:
        what = f"{numbers[int(np.abs(move).argmax())]} still moves by {100 * np.abs(move).max():.0f} %"
        raise RunError(Finding(f"block '{block.name}'", what, "Loosen a prior, or take a number out."))
    width = np.sqrt(np.diag(np.linalg.inv(curvature)))
    found = []
    for column, number in enumerate(numbers):
        informed = bool(width[column] < _UNINFORMED * prior[column])
        centre = theta[column] if informed else start[column]
        ends = centre + NINETY_FIVE * width[column] * np.array([-1, 1])
        before, after, low, high = (float(f"{np.exp(value):.{FIGURES}g}") for value in (start[column], centre, *ends))
        found.append(Fitted(block.name, number, before, after, low, high, informed, block.targets))
    return found


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
