"""What people ask for in one call that is kept: a cohort in a folder of chunks, and the body as SBML."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from effleurage.asked import asked
from effleurage.people.cohort import Setting
from effleurage.protocol.given import GivenProtocol, protocol_of
from effleurage.protocol.nodes import read_text
from effleurage.runs.asked import CHUNK, CONTROLS, Asked
from effleurage.runs.carry_out import Report, carry_out, check_traces
from effleurage.runs.folder import begin
from effleurage.runs.open import CohortRun, open_run
from effleurage.runs.sbml import to_sbml, write_sbml
from effleurage.runs.single import check_file


@asked
def run_cohort(
    folder: str | os.PathLike[str],
    protocol: str | os.PathLike[str] = "",
    people: int | None = None,
    *,
    against: str | os.PathLike[str] = "",
    seed: int = 1,
    settings: Mapping[str, Setting] | None = None,
    without: Iterable[str] = (),
    keep: Iterable[str] = (),
    chunk: int = CHUNK,
    traces: bool = True,
    single: bool = False,
    beyond: bool = False,
    workers: int = 0,
    scheduler: str = "",
    report: Report = lambda done: None,
) -> CohortRun:
    """Carry out a protocol on a large cohort, chunk by chunk in a new folder; without a protocol, finish a folder.

    ``protocol``: the path of a file, or its text, which is kept with the run; ``people``: how many, by default as it
    says; ``against``: ``"rest"``, ``"none"``, or another protocol. ``chunk``: people computed and written together;
    without ``traces`` only the summary is kept; ``single``: compute in 32 bits. ``workers``: so many processes of this
    machine, or ``scheduler``: the address of a Dask scheduler. ``report`` is called with the number of chunks done.
    ``settings``: ledger rows set by hand, in their units, far ones only if ``beyond``; ``without``: arrows switched
    off, ``"source->target"``; ``keep``: quantities to record, by default every read-out.

    Raises ``RequestError`` for a folder that is taken or does not go with what is installed, ``RunError`` for what
    happens on the way; whatever is finished is kept.

    Example
    -------
    >>> import tempfile, effleurage as ef
    >>> folder = tempfile.mkdtemp() + "/run"
    >>> run = ef.run_cohort(folder, ef.example("noto-2010-leg-massage"), 4, keep=["cortisol"], traces=False)
    >>> len(run.persons)
    4
    """
    where = Path(folder)
    if protocol:
        text = _text(protocol)
        number = people if people is not None else int(protocol_of(_lines(text)).people.get("number", 1))  # type: ignore[arg-type]
        other = "" if not against or against in CONTROLS else _text(against)
        check_traces(traces)
        begin(
            where,
            Asked(
                protocol=text,
                people=number,
                against=other or os.fspath(against),
                seed=seed,
                settings=dict(settings or {}),
                without=tuple(without),
                keep=tuple(keep),
                chunk=chunk,
                traces=traces,
                precision="single" if single else "double",
                beyond=beyond,
            ),
        )
    carry_out(where, report, workers=workers, scheduler=scheduler)
    return open_run(where)


@asked
def export_sbml(
    file: str | os.PathLike[str] | None = None,
    protocol: GivenProtocol | None = None,
    *,
    without: Iterable[str] = (),
    settings: Mapping[str, Setting] | None = None,
    beyond: bool = False,
) -> str:
    """The body of the typical person as SBML level 3, settled, with its nights; time is in minutes.

    ``file``: also write it there; ``protocol``: whose inputs become events, else ordinary days. Raises ``RequestError``
    for arrows and settings that do not exist, ``RunError`` where the file cannot be written.

    Example
    -------
    >>> import effleurage as ef
    >>> "<sbml" in ef.export_sbml()
    True
    """
    if file is not None:
        check_file(Path(file))
    given = None if protocol is None else protocol_of(protocol)
    sbml = to_sbml(given, without=without, settings=settings, beyond=beyond)
    if file is not None:
        write_sbml(Path(file), sbml)
    return sbml


def _text(given: str | os.PathLike[str]) -> str:
    """The text of a protocol, which a run keeps."""
    return given if isinstance(given, str) and "\n" in given else read_text(Path(given))


def _lines(text: str) -> str:
    """A text that is told from a path: of several lines."""
    return text if "\n" in text else f"{text}\n"
