"""Which change of a questionnaire matters, as far as the codebook of outcomes knows one."""

from __future__ import annotations

import math
from collections.abc import Iterable

from effleurage.lab.outcomes.codebook import Outcome, codebook

NONE_KNOWN = "none known"


def sized(scale: str, id: str, rated: Iterable[str]) -> dict[str, Outcome | None]:
    """What is told apart in changes of a scale: each with its outcome in the codebook, None where that has none.

    ``id`` is that of the scale's outcome. A line that may be about anything has none: then ``rated`` are the names of
    what was rated, and each that the codebook knows by this very name is told of for itself.

    >>> {name: as_data(outcome)["matters"] for name, outcome in sized("VAS", "", ["VAS stress", "VAS joy"]).items()}
    {'VAS stress': 10.0, 'VAS': nan}
    """
    if id:
        return {scale: codebook()[id]}
    named = {outcome.name: outcome for outcome in codebook().values()}
    return {name if name in named else scale: named.get(name) for name in rated} or {scale: None}


def as_data(outcome: Outcome | None) -> dict[str, object]:
    """The change of one person that matters (``matters``, NaN where none is known) and its source."""
    size = outcome and outcome.responder
    return {"matters": size.value if size else math.nan, "source": size.cited if size else NONE_KNOWN}


def as_words(outcome: Outcome | None) -> str:
    """The change of one person that matters, in points with its source; where only that of a trial is known, that.

    >>> as_words(codebook()["anxiety-state"])[:47]
    'none known for one person; 4.4 between the arms'
    """
    if outcome and outcome.responder:
        return f"{outcome.responder.value:g} ({outcome.responder.cited})"
    if outcome and (between := outcome.between_arms):
        return f"{NONE_KNOWN} for one person; {between.value:g} between the arms of a trial ({between.cited})"
    return NONE_KNOWN
