"""What went wrong, said so that the reader can mend it.

EffleurageError            anything we refuse, with every finding at once
BodyError                the equations or the ledger are not a body
ProtocolError            a protocol that cannot be carried out
TargetError              a published target that cannot be tested
DataError                a measured file that cannot be read
RequestError             a name, number or option that does not exist
RunError                 a run that could not be finished or written
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it stands, what it is, and the fix."""

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}" if self.where else f"{self.what}. {self.fix}"


class EffleurageError(Exception):
    """Base of all refusals; carries every finding at once, never only the first."""

    def __init__(self, findings: Finding | Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __reduce__(self) -> tuple[type[EffleurageError], tuple[tuple[Finding, ...]]]:
        """Travel between processes with the findings, not with their text."""
        return type(self), (self.findings,)


class BodyError(EffleurageError):
    """The equations or the ledger do not make a body."""


class ProtocolError(EffleurageError):
    """A protocol that cannot be carried out."""


class TargetError(EffleurageError):
    """A published target that cannot be tested."""


class DataError(EffleurageError):
    """A measured file that cannot be read."""


class RequestError(EffleurageError):
    """A name, number or option that does not exist."""


class RunError(EffleurageError):
    """A run that could not be finished or written."""


SCREEN = 20
"""Lines of a list of findings (ours): one screen."""


def one_screen(findings: Sequence[Finding], total: int | None = None, more: str = "more like these") -> list[Finding]:
    """At most ``SCREEN`` findings; where there are more, or more in ``total``, the last one says how many."""
    total = len(findings) if total is None else total
    if total <= SCREEN:
        return list(findings)
    shown = list(findings[: SCREEN - 1])
    return [*shown, Finding("", f"{total - len(shown):,} {more}", "Mend the first ones and read the file again.")]


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant; the list comes from the registry, never by hand."""
    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    if close:
        return f"Did you mean '{close[0]}'?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Known: {shown}"
