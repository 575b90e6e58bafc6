"""Which scale, and which of its items, a name such as ``pss10_3``, ``stai_t_21`` or ``vas_stress`` means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from effleurage.files.table.cells import names_in
from effleurage.files.table.delimited import plain_name
from effleurage.lab.scales.keys import scales

PSS_FORMS = (4, 10, 14)
"""Items of the three forms of the PSS."""
STAI_HALF = 20
"""Items 1 to 20 of a STAI ask about the state, 21 to 40 about the trait."""

_COMPONENT = re.compile(r"psqi_?(?:c|comp|component|k|komponente)_?(\d{1,2})", re.ASCII)
_QUESTION = re.compile(r"psqi_?(?:q|item)?_?\d{1,2}_?[a-z]?", re.ASCII)
_TOTAL = r"(?:_(?:total|sum|score|global|summe|gesamt))?"
_ITEM = r"_?(?:item_?|i_?|q_?)?(\d{1,2})"


@dataclass(frozen=True)
class Place:
    """What a name stands for: a scale's total (``item`` 0), an item, what was ``asked``, or what a VAS ``rated``."""

    scale: str
    item: int = 0
    asked: str = ""
    rated: str = ""


def places_of(names: Iterable[str]) -> tuple[dict[str, Place], dict[str, str]]:
    """The place of every plain name that means a score, and what is wrong with names that can mean two.

    The form of a PSS follows from its highest item; items 1 to 40 of a STAI are those of its two scales.
    """
    names = list(names)
    items = _pss_items(names)
    places, faults = {}, {}
    for name in names:
        if _QUESTION.fullmatch(name) and not _asked().get(name):
            faults[name] = "may be a question or a component of the PSQI"
        elif place := _place(name, items):
            places[name] = place
    found, wrong = _with_forms(places)
    return {name: place for name, place in found.items() if name not in wrong}, faults | wrong


def _pss_items(names: Iterable[str]) -> dict[str, int]:
    """Items of a PSS without a form; ``pss_10`` is one only beside such as ``pss_1``, ``pss10`` beside ``pss1``."""
    for way in (r"pss_(\d{1,2})", r"pss(\d{1,2})"):
        numbers = {name: int(match[1]) for name in names if (match := re.fullmatch(way, name, re.ASCII))}
        if set(numbers.values()) - set(PSS_FORMS):
            return numbers
    return {}


def _place(name: str, pss_items: Mapping[str, int]) -> Place | None:
    if name in pss_items:
        return Place("PSS", pss_items[name])
    if asked := _asked().get(name):
        return Place("PSQI", asked=asked)
    if match := _COMPONENT.fullmatch(name):
        return Place("PSQI", int(match[1]))
    if name == "vas" or name.startswith("vas_") or name.endswith("_vas"):
        return Place("VAS", rated=name.removesuffix("_vas").removeprefix("vas").strip("_").replace("_", " "))
    for prefix, scale in _prefixes().items():
        if re.fullmatch(prefix + _TOTAL, name, re.ASCII):
            return Place(scale)
        if match := re.fullmatch(prefix + _ITEM, name, re.ASCII):
            return Place(scale, int(match[1]))
    return None


def _with_forms(places: Mapping[str, Place]) -> tuple[dict[str, Place], dict[str, str]]:
    """Items of a PSS or STAI without a form put where they belong, and numbers that no form has."""
    most = {place.scale: 0 for place in places.values()}
    for place in places.values():
        most[place.scale] = max(most[place.scale], place.item)
    found, wrong = {}, {}
    for name, place in places.items():
        scale, item = place.scale, place.item
        if scale == "PSS" and most["PSS"] in PSS_FORMS:
            scale = f"PSS-{most['PSS']}"
        elif scale == "STAI" and most["STAI"] > STAI_HALF and item:
            scale = "STAI-S" if item <= STAI_HALF else "STAI-T"
        if scale.startswith("STAI-T") and item > STAI_HALF:
            item -= STAI_HALF
        found[name] = Place(scale, item, place.asked, place.rated)
        if scale in ("PSS", "STAI"):
            wrong[name] = f"does not say which form of the {scale} it is"
        elif item and not _items(scale):
            wrong[name] = f"seems to be one of several ratings of {scale}: put each into a row with its session"
        elif item > _items(scale):
            wrong[name] = f"is item {item}, and the {scale} has {_items(scale)}"
    return found, wrong


def _items(scale: str) -> int:
    return scales()[f"{scale}-Y" if scale in ("STAI-S", "STAI-T") else scale].items


@cache
def _prefixes() -> dict[str, str]:
    """Beginning of a name -> scale, the longest first."""
    pairs = [(prefix, scale) for scale, prefixes in names_in("scores").items() for prefix in prefixes]
    pairs += [(plain_name(scale), scale) for scale in scales() if scale != "VAS"]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def _asked() -> dict[str, str]:
    """Name of a PSQI column -> what was asked."""
    return {name: asked for asked, names in names_in("psqi").items() for name in names}
