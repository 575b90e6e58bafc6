"""Pages: every one is a template that extends ``base.html``, one file that needs nothing else."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from effleurage.report.colours import COLOURS
from effleurage.report.links import linked

if TYPE_CHECKING:
    import jinja2

NOT_ADVICE = "Not legal or medical advice."
_LOOSE = re.compile(r"(?<=\d) (?=%)|(?<=[±×≥≤]) (?=\d)|(?<=\d) (?=×)")


@dataclass(frozen=True)
class Made:
    """How a page was made, as its foot tells it: the command, its seed, the day, and the digest of the body.

    What is empty is not told. The day alone differs when the same command is run again.
    """

    command: str = ""
    seed: int | None = None
    day: date | None = None
    model: str = ""

    @classmethod
    def today(cls, words: Sequence[str], seed: int | None = None, model: str = "") -> Made:
        """Today, by the words of a command line (as ``sys.argv``: the first is the program)."""
        return cls(shlex.join(["effleurage", *words[1:]]), seed, datetime.now(tz=UTC).date(), model)

    @property
    def version(self) -> str:
        """The version of Effleurage."""
        return version("effleurage")


UNSAID = Made()
"""Nothing but the version is told."""


def page(template: str, made: Made = UNSAID, **values: Any) -> str:
    """The text of a page: ``template`` is its place below this folder, such as ``plan/plan.html``."""
    whole = _templates().get_template(template).render(colours=COLOURS, not_advice=NOT_ADVICE, made=made, **values)
    return _LOOSE.sub("\u00a0", whole)


@cache
def prose(name: str) -> dict[str, Any]:
    """Words of a page that are data: ``name`` is the place of a TOML file below this folder."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    known = jinja2.Environment(
        loader=jinja2.PackageLoader("effleurage", "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known.filters["linked"] = linked
    return known
