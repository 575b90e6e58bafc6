"""A protocol however it is given: as an object, as the path of a file, or as a text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from effleurage.asked import OWN_WORDS, a_kind
from effleurage.errors import Finding, ProtocolError, short
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol, read_protocol

GivenProtocol = Annotated[Protocol | str | os.PathLike[str], OWN_WORDS]
"""A ``Protocol``, the path of its file, or its text: a string of several lines is a text."""
FIX = "Give a protocol, the path of its file, or its text in YAML, of several lines."


def protocol_of(given: GivenProtocol) -> Protocol:
    """The protocol itself. Raises ``ProtocolError`` for what is none, and with every finding of a file or a text.

    Example
    -------
    >>> protocol_of(Protocol(title="a quiet day", days=1)).days
    1
    """
    if isinstance(given, Protocol):
        return given
    if isinstance(given, str) and "\n" in given:
        return parse_protocol(given)
    if isinstance(given, str | os.PathLike) and os.fspath(given):
        return read_protocol(Path(given))
    named = f"'{short(given)}'" if isinstance(given, str) else a_kind(given)
    raise ProtocolError(Finding("protocol", f"{named} is no protocol", FIX))
