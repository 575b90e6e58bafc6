"""What a design assumes because nobody said it, in words; the numbers themselves are those of ``design.py``."""

from __future__ import annotations

from collections.abc import Iterator

from effleurage.protocol.times import time_of_day
from effleurage.trial.design.design import Design

UNSAID = "not said and assumed: "


def assumed(design: Design) -> tuple[str, ...]:
    """What is not said of the massage and its course, and is assumed; nothing where all is said."""
    usual = [*_hands(design), *_course(design)]
    return (f"{UNSAID}{', '.join(usual)}",) if usual else ()


def unsaid(design: Design) -> tuple[str, ...]:
    """What else is assumed because it is not said: who gives the sessions, what goes wrong, and the analysis."""
    arm, said = design.arms[0], design.model_fields_set
    compared = {
        "analysis": "the last measurement is compared, adjusted for the first",
        "power": f"{100 * design.power:g} % power",
        "alpha": f"a two-sided level of {100 * design.alpha:g} %",
    }
    usual = {
        "adherence": "every session is attended",
        "dropout": "nobody drops out",
        "missing": "no measurement is lost",
        **(compared if len(design.arms) > 1 else {}),
    }
    told = [words for name, words in usual.items() if name not in said]
    if arm.therapists == 1 and "therapists" not in arm.model_fields_set:
        told.insert(0, "one therapist gives every session with hands")
    if len(design.arms) > 1 and "expectation" not in arm.model_fields_set:
        told.insert(0, "people expect as much of every arm that has visits")
    return (f"{UNSAID}{', '.join(told)}",) if told else ()


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
