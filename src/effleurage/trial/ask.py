"""What people ask about a trial in one call: how large it must be, one conducted, and how thousands of them fare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from effleurage.asked import asked
from effleurage.engine.threads import Progress
from effleurage.errors import Finding, RequestError
from effleurage.trial.conduct.conduct import Conducted
from effleurage.trial.conduct.conduct import conduct as carried_out
from effleurage.trial.design.design import Design
from effleurage.trial.lives.bank import bank, simulated
from effleurage.trial.plan.plan import Plan, first_answer
from effleurage.trial.plan.plan import plan as whole
from effleurage.trial.plan.redesign import redesigned
from effleurage.trial.plan.replicates import REPLICATES, check_compared, check_room, operating_all
from effleurage.trial.sentence.given import GivenDesign, design_of

if TYPE_CHECKING:
    import pandas as pd


@asked
def plan(
    design: GivenDesign,
    n: int | None = None,
    *,
    quick: bool = False,
    replicates: int = REPLICATES,
    seed: int = 1,
    progress: Progress | None = None,
) -> Plan:
    """Plan a massage trial: people an arm, best hours, other controls, and what the number cannot find.

    ``design``: a sentence, a file, its text, or a ``Design``; ``n``: persons in each arm, else as the design says or to
    be found; ``quick``: only the first answer, from closed forms, in seconds; ``replicates``: simulated trials of each
    size that check it. ``progress`` is called with the share that is done, 0 to 1.

    Raises ``ProtocolError`` with every finding for a design that is not understood or cannot be carried out.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.plan("60 min vs quiet rest in adults with pain, pain", quick=True)
    >>> found.design.title
    '60 min vs quiet rest in adults with pain, pain'
    """
    chosen = _sized(design_of(design).design, n)
    check_room(chosen.n or 1, replicates)
    return first_answer(chosen, seed, progress) if quick else whole(chosen, seed, replicates, progress=progress)


@asked
def redesign(study: str, seed: int = 1) -> pd.DataFrame:
    """A published trial of the ledger designed anew: the power it had, and the people it would have needed.

    A row a result: its ``quantity``, ``n_massage`` and ``n_control``; expected ``d`` (in SDs of what the first
    measurement leaves) with its SD ``unsure``; ``power`` (0 to 1), ``detectable`` d, and persons ``needed`` in each
    arm, missing where none are enough. Raises ``RequestError`` with the nearest name for a study that is not there.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.redesign("Sefton2010").power.between(0, 1).all()
    np.True_
    """
    import pandas as pd

    return pd.DataFrame([vars(one) for one in redesigned(study, seed)])


@asked
def conduct(design: GivenDesign, n: int | None = None, *, seed: int = 1, progress: Progress | None = None) -> Conducted:
    """Conduct one massage trial on virtual people: the data set that a real trial would have.

    ``design``: a sentence, a file, its text, or a ``Design``; ``n``: persons in each arm (in all, of a crossover), else
    as the design says. ``data`` has a row a planned measurement, ``persons`` a row a person.
    ``progress`` is called with the share that is done, 0 to 1.

    Raises ``RequestError`` where nobody says how many, ``ProtocolError`` for a design that is not understood.

    Example
    -------
    >>> import effleurage as ef
    >>> trial = ef.conduct("60 min vs quiet rest in adults with pain, pain", n=4)
    >>> len(trial.persons)
    8
    """
    chosen, size = _counted(design_of(design).design, n)
    return carried_out(chosen, size, seed, progress)


@asked
def rehearse(
    design: GivenDesign,
    n: int | None = None,
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Conduct a trial thousands of times and tell how it fares: power, type I error, bias, coverage.

    A row an outcome and comparison; shares are 0 to 1, each with its Monte-Carlo error in a column ``..._error``.
    ``design``: a sentence, a file, its text, or a ``Design``; ``n``: persons in each arm, else as the design says;
    ``replicates``: how many trials; ``progress`` is called with the share that is done, 0 to 1.

    Raises ``RequestError`` for a design of one arm, or where nobody says how many.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.rehearse("60 min vs quiet rest in adults with pain, pain", n=20, replicates=200)
    >>> found.power.between(0, 1).all()
    np.True_
    """
    import pandas as pd

    chosen = design_of(design).design
    check_compared(chosen)
    chosen, size = _counted(chosen, n)
    check_room(size, replicates)
    lives = bank(simulated(chosen), seed=seed, progress=progress)
    return pd.DataFrame([vars(one) for one in operating_all(lives, size, replicates, seed)])


def _sized(design: Design, n: int | None) -> Design:
    """The design with so many persons in each arm, checked again."""
    return design if n is None else Design(**{**dict(design), "n": n})


def _counted(design: Design, n: int | None) -> tuple[Design, Any]:
    size = n if n is not None else design.n
    if size is None:
        raise RequestError(Finding("n", "the design says no number of persons", "Say n=40, or 'n: 40' in it."))
    return _sized(design, size), size
