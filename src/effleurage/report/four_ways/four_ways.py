"""What the page of the four ways shows: the results, and the plain words that go with each way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from effleurage.evidence.published.eligibility import Counted, shipped_questions

if TYPE_CHECKING:
    from effleurage.evidence.claims.verdicts import Verdict


@dataclass(frozen=True)
class Way:
    """One of the ways in which massage is said to reach immunity, as a clinic says it and as the model has it.

    ``session`` and ``course`` name the quantities drawn over the hours of one session and the days of the course.
    """

    name: str
    title: str
    said: str
    here: str
    session: tuple[str, ...] = ()
    course: tuple[str, ...] = ()


WAYS = (
    Way(
        "stress and cortisol",
        "Stress and cortisol",
        "Massage lowers stress and the stress hormone cortisol.",
        "Quiet and hands both calm a person; pain keeps a person on edge, and hands ease it for a day or two. "
        "Cortisol follows calm late and little: the clock and waking set most of it, and by 18:00 it is low already.",
        session=("stress_rating", "cortisol_saliva"),
        course=("pain_rating",),
    ),
    Way(
        "parasympathetic side",
        "The parasympathetic side",
        "Massage tilts the nervous system to rest: vagal activity up, heart rate and blood pressure down.",
        "Lying quietly does most of this without any hands. Firm touch adds a vagal reflex, and calm takes the brake "
        "off; light touch adds less. The effect ends with the hour, a little of it lasts as long as pain is eased.",
        session=("vagal", "heart_rate"),
    ),
    Way(
        "blood and lymph",
        "Blood and lymph",
        "Massage moves blood and lymph, which carry the cells of the immune system.",
        "Skin under the hands flushes; muscle flow hardly changes, as measured in people. Strokes push lymph out of "
        "the region, and the region then has less to give: more now is less later, and the day's total barely moves.",
        session=("skin_flow", "lymph_flow"),
    ),
    Way(
        "sleep",
        "Sleep",
        "Massage improves sleep.",
        "A person falls asleep later and wakes more when on edge or in pain. Easing both helps the nights that "
        "follow a session; each curve below shows last night, day by day through the eight weeks.",
        course=("sleep_latency", "waso", "total_sleep"),
    ),
    Way(
        "immunity",
        "And through them: immunity",
        "So massage supports the immune system.",
        "Where white cells are depends on the hour, cortisol and adrenaline: counts in blood are redistribution, not "
        "capacity. Salivary IgA follows the nerves of the gland within minutes. Nothing here says who falls ill.",
        session=("iga_rate", "nk_cells"),
        course=("t_cells",),
    ),
)

HELD_BY = "effleurage validate --ring massage"
"""The command that shows what the gains of touch were held against."""


def held() -> str:
    """What the gains of touch rest on, in the words of the page.

    >>> held()[:99]
    'What touch does in the simulated body was held against 93 published results of 48 studies. Only two'
    """
    counted = Counted.of(shipped_questions())
    return (
        f"What touch does in the simulated body was held against {counted.results} published results of "
        f"{counted.studies} studies. Only two of its gains, the vagal reflex and the flush of the skin, were informed "
        "by them; the others keep the value that physiology and judgement gave them."
    )


LIMITS = (
    (
        "How long calm lasts is assumed.",
        "Relaxation carries over with one time constant that nobody has measured; so does the easing of pain.",
    ),
    (
        "Counts are places, not powers.",
        "A cell count in blood says where cells are at that minute. It does not say how well they fight infection.",
    ),
    (
        "A known reporting bias is in the ratings.",
        "What people say they feel moves with what they expect. Both arms expect something here; real controls "
        "often expect less.",
    ),
    (
        "Virtual people.",
        "They differ as the ledger says people differ. No illness, no medicine, no menstrual cycle, no season is in "
        "this version.",
    ),
    ("No medical advice.", "This page is for research and teaching. Ask a clinician about your own health."),
)


def limits() -> tuple[tuple[str, str], ...]:
    """What the page cannot tell, a heading and a text each."""
    shows = f"Read sizes as what would follow if the numbers under each panel were right; {HELD_BY} shows how well"
    first = f"{held()} {shows} they foretell what was published."
    return (("Held against trials, hardly taught by them.", first), *LIMITS)


@dataclass(frozen=True)
class FourWays:
    """Everything on the page.

    ``effects``: one row an outcome, as ``lab.compare.contrast`` gives it. ``session`` (quantity, hour, world, mean,
    low, high) and ``course`` (quantity, day, ...): curves of both worlds and their paired difference, low and high
    the quartiles of people. ``basis``: what each way rests on. ``studies``: published beside simulated. ``sources``:
    source key -> citation. ``about``: seed, version, model, date, command. ``verdicts``: one a claim.
    ``misses``: where the body did not foretell what was published, a sentence each.
    """

    title: str
    people: str
    effects: pd.DataFrame
    session: pd.DataFrame
    course: pd.DataFrame
    basis: pd.DataFrame
    studies: pd.DataFrame
    sources: Mapping[str, str]
    about: Mapping[str, str]
    verdicts: list[Verdict]
    misses: list[str] = field(default_factory=list)
