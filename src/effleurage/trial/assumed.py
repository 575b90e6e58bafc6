"""What a design assumes because nobody said it, in words; the numbers themselves are those of ``design.py``."""

from __future__ import annotations

from collections.abc import Iterator

from effleurage.protocol.times import time_of_day
from effleurage.trial.design import Design


def assumed(design: Design) -> tuple[str, ...]:
    """What is not said of the massage and its course, and is assumed; nothing where all is said."""
    usual = [*_hands(design), *_course(design)]
    return (f"not said and assumed: {', '.join(usual)}",) if usual else ()


def _hands(design: Design) -> Iterator[str]:
    arm = next((arm for arm in design.arms if arm.has_hands), None)
    if arm is None:
        return
    worded = {"minutes": f"{arm.minutes:g} min", "technique": arm.technique, "region": arm.region}
    for name, words in worded.items():
        if name not in arm.model_fields_set and (name != "technique" or arm.kind == "massage"):
            yield words


def _course(design: Design) -> Iterator[str]:
    if "time" not in design.model_fields_set:
        yield f"at {time_of_day(design.time)}"
    if "sessions" not in design.model_fields_set:
        yield "one session"
    elif design.sessions > 1 and "every" not in design.model_fields_set:
        yield f"sessions {design.every} days apart"
