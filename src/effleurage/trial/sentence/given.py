"""The design of a trial however it is given: as an object, as a sentence, as the path of a file, or as a text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from effleurage.asked import OWN_WORDS, a_kind, asked
from effleurage.errors import Finding, RequestError
from effleurage.trial.design.assumed import assumed, unsaid
from effleurage.trial.design.design import Design
from effleurage.trial.design.design_file import parse_design
from effleurage.trial.design.design_file import read_design as read_file
from effleurage.trial.sentence.sentence import Understood, understood

GivenDesign = Annotated[Design | Understood | str | os.PathLike[str], OWN_WORDS]
"""A ``Design``, a sentence, the path of a file, or its text: a string of several lines is a text."""
SUFFIXES = (".yaml", ".yml")
EXAMPLE = "a sentence or a file, as '60 min weekly x 6 vs quiet rest in stressed adults, cortisol'"


def design_of(given: GivenDesign) -> Understood:
    """The design, and what was assumed or left out, in words.

    Raises ``ProtocolError`` with every finding of a sentence, a file or a text, ``RequestError`` for what is no design.

    Example
    -------
    >>> design_of("60 min weekly x 6 vs quiet rest in stressed adults, cortisol").design.sessions
    6
    """
    if isinstance(given, Understood):
        return given
    if isinstance(given, Design):
        return Understood(given, unsaid(given))
    if not isinstance(given, str | os.PathLike):
        raise RequestError(Finding("design", f"{a_kind(given)} is no design of a trial", f"Give {EXAMPLE}."))
    said = os.fspath(given)
    if not said.strip():
        raise RequestError(Finding("DESIGN", "nothing is said", f"Say {EXAMPLE}."))
    if isinstance(given, os.PathLike) or said.lower().endswith(SUFFIXES) or "\n" in said:
        design = parse_design(said) if "\n" in said else read_file(Path(said))
        return Understood(design, (*assumed(design), *unsaid(design)))
    told = understood(said)
    return Understood(told.design, (*told.notes, *unsaid(told.design)))


@asked
def read_design(given: GivenDesign) -> Design:
    """The design of a trial, from a sentence, the path of a file, or its text; its fields are yours to change.

    Raises ``ProtocolError`` with every finding of a sentence, a file or a text.

    Example
    -------
    >>> import effleurage as ef
    >>> design = ef.read_design("60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS")
    >>> [outcome.outcome for outcome in design.outcomes]
    ['cortisol', 'PSS']
    """
    return design_of(given).design
