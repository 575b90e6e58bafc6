"""Pages: every one is a template that extends ``base.html``, one file that needs nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from effleurage.report.colours import COLOURS

if TYPE_CHECKING:
    import jinja2

NOT_ADVICE = "Not legal or medical advice."


def page(template: str, **values: Any) -> str:
    """The text of a page: ``template`` is its place below this folder, such as ``plan/plan.html``."""
    return _templates().get_template(template).render(colours=COLOURS, not_advice=NOT_ADVICE, **values)


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("effleurage", "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
