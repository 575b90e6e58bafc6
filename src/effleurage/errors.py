"""What went wrong, said so that the reader can mend it.

EffleurageError            anything we refuse, with every finding at once
BodyError                the equations or the ledger are not a body
ProtocolError            a protocol that cannot be carried out
TargetError              a published target that cannot be tested
DataError                a measured file that cannot be read
RequestError             a name, number or option that does not exist
RunError                 a run that could not be finished or written

BeyondLife is a warning: people whose numbers no living person has.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it stands, what it is, and the fix; ``many`` where it stands for several alike."""

    where: str
    what: str
    fix: str
    many: int = 1

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}" if self.where else f"{self.what}. {self.fix}"


class EffleurageError(Exception):
    """Base of all refusals; carries every finding at once, never only the first, and none twice (but counts).

    Example
    -------
    >>> import effleurage as ef
    >>> try:
    ...     ef.simulate("nowhere.yaml")
    ... except ef.EffleurageError as refused:
    ...     print(refused.findings[0])
    nowhere.yaml: there is no such file. Check the path.
    """

    def __init__(self, findings: Finding | Sequence[Finding]) -> None:
        told = (findings,) if isinstance(findings, Finding) else findings
        once = {(place if finding.many > 1 else 0, finding): finding for place, finding in enumerate(told)}
        self.findings: tuple[Finding, ...] = tuple(once.values())
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


class BeyondLife(UserWarning):
    """People who pass the limits of life: the model says nothing of what comes next."""


def short(text: str, most: int = 60) -> str:
    """The text, cut where it would drown a message."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


SCREEN = 20
"""Lines of a list of findings (ours): one screen."""


def one_screen(findings: Sequence[Finding], total: int | None = None, more: str = "more like these") -> list[Finding]:
    """At most ``SCREEN`` findings; where there are more, or more in ``total``, the last one says how many."""
    total = len(findings) if total is None else total
    if total <= SCREEN:
        return list(findings)
    shown = list(findings[: SCREEN - 1])
    left = total - len(shown)
    return [*shown, Finding("", f"{left:,} {more}", "Mend the first ones and read the file again.", left)]


DENIAL = frozenset(("no", "not", "non", "without", "never", "except"))
"""Words beside which a known name is no hint: without them it says the reverse."""
MEANT = "Did you mean"
"""How a hint begins that names what was probably meant."""
FEW = 30
"""Names that are listed whole even where a command lists them too."""


def nearest(name: str, known: Iterable[str], lists: str = "") -> str:
    """Say which known name was probably meant, else all of them; the list comes from the registry, never by hand.

    lists: a command that lists them, which is named in their place where they are more than ``FEW``.
    """
    names = sorted(known)
    meant = {one.lower(): one for one in reversed(names) if one != name}
    said = name.lower()
    close = difflib.get_close_matches(said, meant, n=1, cutoff=0.6)
    held = close or sorted((one for one in meant if f" {one} " in f" {said} "), key=len)[-1:]
    if held and not {*said.split()} & DENIAL - {*held[0].split()}:
        return f"{MEANT} '{meant[held[0]]}'?"
    if lists and len(names) > FEW:
        return f"'{lists}' lists all {len(names)} that are known."
    return f"Known: {', '.join(names)}"
