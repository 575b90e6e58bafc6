"""What every result can do: show itself in a notebook, become a table, a figure, a page, or a folder of files.

Results are made below this layer and know no figure; ``attach`` gives their classes what ``looks`` can draw of them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from effleurage.asked import asked

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.report.looks import Look

LOOKS = {
    "effleurage.evidence.ask.Validation": "validation",
    "effleurage.evidence.challenges.tried.Tried": "tried",
    "effleurage.evidence.claims.verdicts.Verdict": "verdict",
    "effleurage.evidence.published.appraisal.Evidence": "evidence",
    "effleurage.lab.ask.Sensitivity": "sensitivity",
    "effleurage.lab.contrast.contrast.Contrast": "contrast",
    "effleurage.lab.records.Measured": "measured",
    "effleurage.lab.untreated.change.Compared": "compared",
    "effleurage.people.simulate.Twin": "twin",
    "effleurage.report.model.Described": "described",
    "effleurage.trial.conduct.conduct.Conducted": "conducted",
    "effleurage.trial.plan.plan.Plan": "plan",
}
"""The home of a class of results, and the name of its look."""


def attach(kind: type) -> None:
    """Give a class of results ``to_frame``, ``plot`` and its look in a notebook; what it has of its own, it keeps."""
    for name, method in {
        "to_frame": _to_frame,
        "plot": _plot,
        "_repr_html_": _repr_html_,
        "__repr__": _repr,
    }.items():
        written = vars(kind).get(name)
        if written is None or hasattr(written, "__wrapped__"):  # a dataclass wraps its list of all fields
            setattr(kind, name, method)


@asked
def page(result: Any, file: str | os.PathLike[str] | None = None) -> str:
    """The page of a result as HTML, one file that needs nothing else; ``file``: also write it there.

    Of worlds, contrasts, comparisons, plans, verdicts, studies, validations and challenges. Raises ``RequestError`` for
    what has no page, ``RunError`` where the file cannot be written.

    Example
    -------
    >>> import effleurage as ef
    >>> "</html>" in ef.page(ef.simulate(ef.example("noto-2010-rest"), people=2))
    True
    """
    from effleurage.report.page_of import page_of
    from effleurage.runs.disk import write_file
    from effleurage.runs.single import check_file

    if file is not None:
        check_file(Path(file))
    text = page_of(result)
    if file is not None:
        write_file(Path(file), text)
    return text


@asked
def save(result: Any, folder: str | os.PathLike[str], *, start: str = "", zone: str = "", seed: int = 1) -> Path:
    """Write a result into a new folder: trajectories, table and manifest of a run; what a trial needs of a plan.

    Of worlds, contrasts, conducted trials and plans. Of a plan alone: ``start``, day 1 of the timetable, as
    ``"2027-03-01"``, by default today; ``zone`` of its calendar, as ``"Europe/Berlin"``; ``seed`` of its allocation.
    Returns the folder. Raises ``RequestError`` for a folder that is taken or for what has no files, ``RunError`` where
    the disk does not let us.

    Example
    -------
    >>> import tempfile, effleurage as ef
    >>> world = ef.simulate(ef.example("noto-2010-rest"), people=2)
    >>> sorted(file.name for file in ef.save(world, tempfile.mkdtemp() + "/run").iterdir())
    ['run.json', 'table.csv', 'trajectory.parquet']
    """
    from effleurage.report.folders import save as written

    return written(result, Path(folder), start=start, zone=zone, seed=seed)


def _look(result: Any) -> Look:
    from effleurage.report import looks

    kind = type(result)
    return looks.LOOKS[LOOKS[f"{kind.__module__}.{kind.__qualname__}"]]


def _to_frame(self: Any) -> pd.DataFrame:
    """The result as a table."""
    return _look(self).frame(self)


def _plot(self: Any, *about: Any) -> Any:
    """The result as an Altair chart; ``about``: what of it, such as quantities."""
    return _look(self).figure(self, *about)


def _repr(self: Any) -> str:
    return _look(self).short(self)


def _repr_html_(self: Any) -> str:
    from effleurage.report import looks

    return looks.card(self, self.to_frame())
