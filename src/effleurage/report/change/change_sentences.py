"""What a measured change shows, in plain sentences; a causal verb only where there is a control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.lab.untreated.arms import FEWEST
from effleurage.lab.untreated.change import Compared
from effleurage.lab.untreated.comparable import comparable_of, held_against
from effleurage.report.numbers import human, interval

if TYPE_CHECKING:
    import pandas as pd

NO_CAUSE = "This alone does not show that the treatment did it: there is no control in the file."
BEYOND = "hardly any of the {whom} begins there (see the notes)"
COUNTS = "hold it against the control in the file"
FEW = (
    "what would have happened without treatment cannot be said: the control in the file is too small, and {whom} "
    "differ from it"
)
SMALLEST = "The smallest difference from what is expected that could have been seen"
UNSAID_WAY = "posture or hour not said"
IF_OTHERS = "If every row is another person, "
ANYWAY = "the mean change is what would be expected anyway"
ASIDE = "the mean change alone would be no surprise without treatment, but the control in the file counts more"
WITHIN = "no more than what happens without treatment"


def sentences(compared: Compared) -> tuple[str, ...]:
    """What the file shows, in plain words; a causal verb only where there is a control.

    First of all stands a control in the file that contradicts the virtual people: it counts, and they do not; or one
    too small to judge by. Where nobody is named, each sentence begins with the condition on which it counts people.
    """
    said = _counting(compared)
    if len(compared.table) > 1 and (compared.table["participant"].str.strip() == "").all():
        said = [f"{IF_OTHERS}{line}" for line in said]
    if said and not compared.table["control"].any():
        said.append(NO_CAUSE)
    return tuple(said)


def _counting(compared: Compared) -> list[str]:
    """The sentences of contrasts and groups, in order."""
    groups, against = compared.groups.to_dict("records"), compared.contrasts.to_dict("records")
    told_first = [row for row in groups if row["unfit"] or row["few"]]
    unfit = [row for row in groups if row["unfit"]]
    first: list[str] = []
    then: list[str] = []
    told: list[str] = []
    for row in against:
        own = [one for one in told_first if _name(one) == _name(row)]
        told += [_name(row)] if own else []
        clauses = "; ".join((_contrast(row), *(_against_control(one) for one in own)))
        (first if own else then).append(f"{clauses}.")
    alone = [f"{_name(row)}: {_against_control(row)}." for row in told_first if _name(row) not in told]
    said = [*first, *alone, *then]
    doubts = {_name(one): FEW.format(whom=_whom(one)) if one["few"] else COUNTS for one in unfit}
    clear = {(_name(row), row["condition"]) for row in against if row["sure"]}
    said += [
        _group(row, compared.table, doubts, sure=(_name(row), row["condition"]) in clear)
        for row in groups
        if not row["control"]
    ]
    return said


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['outcome']} ({row['instrument']})"


def _whom(row: Mapping[str, Any]) -> str:
    return held_against(row["outcome"], row["instrument"])


def _against_control(row: Mapping[str, Any]) -> str:
    """Clause on a control that contradicts those of whom something is expected, or is too small to judge by."""
    who, change, anyway = counted(row["n"], row["visits"]), changed(row["change"], row["unit"]), anyway_of(row)
    if not row["few"]:
        return (
            f"{row['condition']} itself changed by {change} ({who}), not by {anyway} as {_whom(row)} do without "
            "treatment: the control in the file counts here, they do not"
        )
    beside = f"not by {anyway} as" if row["unfit"] and change != anyway else f"and by {anyway} as"
    itself = f"{row['condition']} in the file itself changed by {change} ({who})"
    return f"{itself}, {beside} {_whom(row)} do without treatment: too few people to judge by"


def counted(people: int, visits: int) -> str:
    """``5 people``, ``4 visits of one person``, ``12 visits of 3 people``."""
    persons = "one person" if people == 1 else f"{people} people"
    return persons if people == visits else f"{visits} visits of {persons}"


def anyway_of(row: Mapping[str, Any]) -> str:
    """The change expected without treatment; from its least to its most where posture or hour are not said."""
    if row["expected_low"] == row["expected_high"]:
        return changed(_as_sure(row["expected"], row), row["unit"])
    low, high = (changed(_as_sure(row[f"expected_{end}"], row), row["unit"]) for end in ("low", "high"))
    return f"{low} to {high} ({UNSAID_WAY})"


def _as_sure(value: float, row: Mapping[str, Any]) -> float:
    """A number with no more digits than its band allows: two of its half width."""
    reach = abs(np.log(row["seen"])) if row["unit"] == "fold" else row["seen"]
    return round(value, 1 - int(np.floor(np.log10(reach)))) if 0 < reach < np.inf else value


def _group(row: Mapping[str, Any], table: pd.DataFrame, doubts: Mapping[str, str], *, sure: bool = False) -> str:
    """Sentences on the people of a condition; ``sure``: the control in the file shows a difference."""
    name = f"{_name(row)}, {row['condition']}" if row["condition"] else _name(row)
    beyond = BEYOND.format(whom=_whom(row))
    left_out = (
        f" Of {row['left_out']} more {_pairs(row['left_out'])} nothing is expected: {beyond}."
        if row["left_out"]
        else ""
    )
    if not row["visits"]:
        return f"{name}: nothing is expected of {row['left_out']} {_pairs(row['left_out'])}: {beyond}."
    own = table[(table["outcome"] == row["outcome"]) & (table["condition"] == row["condition"])]
    own = own[(own["instrument"] == row["instrument"]) & own["expected"].notna() & own["after"].notna()]
    doubt = doubts.get(_name(row), "")
    if row["visits"] == 1:
        return f"{name} {_one(own.iloc[0], doubt)}{left_out}"
    change, people = changed(row["change"], row["unit"]), counted(row["n"], row["visits"])
    if doubt:
        return f"{name}: on average {change} ({people}); {doubt}.{left_out}"
    inside = int((own["where"] == "within").sum())
    anyway = f"{anyway_of(row)} (9 times in 10 {between(row)})"
    begun = f"{name}: on average {change}; without treatment {anyway}."
    who = "people" if row["n"] == row["visits"] else "visits"
    many = f"{inside} of {row['visits']} {who} changed {WITHIN}"
    if row["n"] < row["visits"]:
        begun = f"{name}, {people}: on average {change}; without treatment {anyway}."
    left_out = f" {_smallest(row, own)}{left_out}"
    if row["n"] == 1:
        many = "" if _own_control(row, table) else f" {many}."
        return f"{begun}{many} Visits of one person say nothing of other people.{left_out}"
    if row["where"] in ("", "within"):
        ending = (ASIDE if sure else ANYWAY) if row["where"] else "too few people for a mean"
        return f"{begun} {many}; {ending}.{left_out}"
    side = "higher" if row["where"] == "above" else "lower"
    return f"{begun} The second values are {side} than expected; {many}.{left_out}"


def _smallest(row: Mapping[str, Any], own: pd.DataFrame) -> str:
    """The smallest change beyond the expected one that could have been seen, of one person and of the mean."""
    alone = smallest(float(own["seen"].median()), row["unit"])
    mean = f", {smallest(row['seen'], row['unit'])} in their mean" if row["n"] >= FEWEST else ""
    return f"{SMALLEST}: {alone} in one person{mean}."


def _own_control(row: Mapping[str, Any], table: pd.DataFrame) -> bool:
    """Whether there is a control of the outcome in the file, which counts more than virtual people for one person."""
    return bool(
        table[(table["outcome"] == row["outcome"]) & (table["instrument"] == row["instrument"])]["control"].any()
    )


def _pairs(count: int) -> str:
    return "pair" if count == 1 else "pairs"


def _one(row: Mapping[str, Any], doubt: str = COUNTS) -> str:
    """One pair of measurements against its band."""
    went = f"went from {human(row['before'])} to {human(row['after'])} {row['unit']}"
    held = f"{human(row['low'])} to {human(row['high'])} {row['unit']}"
    if not row["where"]:
        return f"{went}; {doubt or COUNTS}."
    if row["where"] == "within":
        return f"{went}. Nine in ten such people would be at {held} without treatment: {WITHIN}. {_reach(row)}"
    side = "higher" if row["where"] == "above" else "lower"
    return f"{went}. That is {side} than nine in ten such people would be without treatment ({held}). {_reach(row)}"


def _reach(row: Mapping[str, Any]) -> str:
    """How far from the expected value somebody must come to be seen."""
    fold = comparable_of(row["outcome"], row["instrument"]).scale == "log"
    return f"{SMALLEST}: {smallest(row['seen'], 'fold' if fold else row['unit'])}."


def _contrast(row: Mapping[str, Any]) -> str:
    if row["design"] == "few":
        return _few(row)
    size = f"{_apart(row['difference'], row['unit'])}, 95 % interval {interval(row['low'], row['high'])}"
    people = (
        f"the same {row['n_treated']} people"
        if row["design"] == "same people"
        else (f"{row['n_treated']} against {row['n_control']} people")
    )
    if row["visits_treated"] + row["visits_control"] > row["n_treated"] + row["n_control"]:
        people = f"{people}, {row['visits_treated']} against {row['visits_control']} visits"
    if not row["sure"]:
        unseen = f"the smallest that could have been seen: {smallest(_half(row), row['unit'])}"
        begun = f"{row['condition']} against {row['against']} ({people}): no clear difference in {_name(row)}"
        return f"{begun} ({size}; {unseen})"
    up = row["difference"] > (1.0 if row["unit"] == "fold" else 0.0)
    verb = "raised" if up else "lowered"
    chance = "if chance alone decided " + ("what came when" if row["design"] == "same people" else "who got which")
    return f"{row['condition']} {verb} {_name(row)} compared with {row['against']} ({people}; {size}), {chance}"


def _half(row: Mapping[str, Any]) -> float:
    """Half an interval; of a ratio on its own scale."""
    return float(np.sqrt(row["high"] / row["low"])) if row["unit"] == "fold" else (row["high"] - row["low"]) / 2


def _few(row: Mapping[str, Any]) -> str:
    """Several visits of one person, or of too few to say more than what they show."""
    both = " and ".join(
        f"{changed(row[f'change_{arm}'], row['unit'])} with {name} ({counted(row[f'n_{arm}'], row[f'visits_{arm}'])})"
        for arm, name in (("treated", row["condition"]), ("control", row["against"]))
    )
    return f"{_name(row)}: on average {both}, which says nothing of other people"


def changed(value: float, unit: str) -> str:
    """A change in the outcome's unit, or in % where it is a ratio."""
    if unit == "fold":
        return f"{human(100 * (value - 1), signed=True)} %"
    return f"{human(value, signed=True)} {unit}"


def between(row: Mapping[str, Any]) -> str:
    """The ends within which the mean change lies nine times in ten without treatment."""
    low, high = (_as_sure(row[end], row) for end in ("low", "high"))
    if row["unit"] == "fold":
        return f"{human(100 * (low - 1), signed=True)} to {human(100 * (high - 1), signed=True)} %"
    return f"{human(low, signed=True)} to {human(high, signed=True)} {row['unit']}"


def smallest(value: float, unit: str) -> str:
    """A smallest difference that could have been seen, in two digits; a factor on a log scale."""
    return f"a factor of {value:.2g}" if unit == "fold" else f"{float(f'{value:.2g}'):g} {unit}"


def _apart(value: float, unit: str) -> str:
    return f"×{human(value)}" if unit == "fold" else f"{human(value, signed=True)} {unit}"
