"""A published result and the study that it is from, typed; their columns are explained in ``massage/codebook.md``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from effleurage.evidence.published.cells import Fault, YesNo, amount, cell_of, listed, needed

Direction = Literal["up", "none", "down"]
"""With massage less the comparator, or after less before: up, no significant difference, down."""
Occasion = Literal["acute", "course", "follow-up", "unclear"]
Pathway = Literal["stress", "anxiety", "autonomic", "blood", "lymph", "sleep", "immune", "endorphin", "infection", ""]
Design = Literal["parallel", "crossover", "within-person", "single-arm", "review", ""]
ArmKind = Literal[
    "massage",
    "touch",
    "osteopathic",
    "machine",
    "exercise",
    "passive-movement",
    "footbath",
    "relaxation",
    "reading",
    "rest",
    "attention",
    "usual-care",
    "control",
    "sham",
    "sham-device",
]
SAME_PEOPLE = ("crossover", "within-person")
"""Designs in which the arms are the same people."""
WITHIN_ARM = "baseline"
"""The comparator of a change within the arm."""

Whole = Annotated[int | None, amount(1, whole=True)]
Number = Annotated[float | None, amount()]
Spread = Annotated[float | None, amount(above=0)]
"""A standard deviation."""


class Study(BaseModel):
    """A study of the ledger. ``n``: persons (or animals) in all, None where the source does not tell.

    >>> Study(id="Ours 2026", species="human", age="adult", design="crossover").same_people
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, needed("a study without a name", "Name it as its results do.")]
    citation: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    year: Annotated[int | None, amount(1800, 2200, whole=True)] = None
    species: Literal["human", "dog", "pig", "mouse"]
    age: Literal["adult", "adolescent", "child", "infant", "mixed", ""] = ""
    design: Design = ""
    design_words: str = ""
    randomised: Literal["yes", "no", "unclear"] = "unclear"
    population: str = ""
    n: Whole = None
    note: str = ""

    @property
    def same_people(self) -> bool:
        """Whether its arms are the same people."""
        return self.design in SAME_PEOPLE

    @property
    def cited(self) -> str:
        """Its citation, with the DOI where it has one."""
        return f"{self.citation}, doi {self.doi}" if self.doi else self.citation


class Result(BaseModel):
    """One arm, outcome and time of a study, as published; what a source does not say is None, or an empty text.

    ``minutes`` of a session, ``weeks`` of the course, ``minutes_after`` the session; ``n`` persons of the row,
    ``n_arm`` and ``n_comparator`` of its arms; means, SDs, ``low``, ``high`` and ``value`` in ``unit``; ``d`` in SDs.

    >>> told = {"id": "Ours-1", "study": "Ours", "outcome": "pain", "arm_kind": "massage", "technique": "swedish"}
    >>> told |= {"comparator": "rest", "direction": "down", "compared": "between-arm", "provenance": "outside"}
    >>> Result(**told, n_arm="20").n_arm
    20
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    id: Annotated[str, needed()]
    study: Annotated[str, listed("study")]
    group: str = ""
    arm: str = ""
    arm_kind: ArmKind
    comparator: Annotated[
        str,
        needed("an arm is compared with nothing", f"Say '{WITHIN_ARM}' for a change within the arm."),
        listed("comparator"),
    ]
    comparator_words: str = ""
    n: Whole = None
    n_arm: Whole = None
    n_comparator: Whole = None
    n_words: str = ""
    n_inferred: YesNo = False
    minutes: Annotated[float | None, amount(above=0)] = None
    sessions: Whole = None
    weeks: Annotated[float | None, amount(above=0)] = None
    dose_words: str = ""
    technique: Annotated[str, listed("technique")]
    pressure: Annotated[str, listed("pressure")] = "unspecified"
    pressure_inferred: YesNo = False
    region: str = "unspecified"
    region_words: str = ""
    pathway: Pathway = ""
    outcome: Annotated[str, listed("outcome")]
    outcome_words: str = ""
    unit: str = ""
    minutes_after: Annotated[float | None, amount(0)] = None
    timepoint_words: str = ""
    occasion: Occasion = "unclear"
    baseline_mean: Number = None
    baseline_sd: Spread = None
    post_mean: Number = None
    post_sd: Spread = None
    percent_change: Number = None
    percent_of: Literal["baseline", "comparator", ""] = ""
    d: Number = None
    low: Number = None
    high: Number = None
    interval_of: Literal["none", "value", "d", "ratio", "post-mean", "post-median", "post-median-iqr"] = "none"
    value: Number = None
    value_kind: Literal["change", "MD", "RR", ""] = ""
    derived: str = ""
    p: Annotated[float | None, amount(0, 1)] = None
    p_bound: Literal["<", "=", ">", ""] = ""
    p_words: str = ""
    direction: Direction
    direction_inferred: YesNo = False
    compared: Literal["between-arm", "within-arm"]
    provenance: Literal["abstract", "table", "memory", "outside"]
    mirror: Literal["yes", "no", "unmarked"] = "no"
    mirror_of: str = ""
    note: str = ""

    @field_validator("percent_of")
    @classmethod
    def _a_percentage_is_of_something(cls, of: str, info: ValidationInfo) -> str:
        if info.data.get("percent_change") is not None and not of:
            raise Fault("a percentage of nothing", "Say what it is a percentage of: baseline or comparator.")
        return of

    @field_validator("high")
    @classmethod
    def _an_interval_ends_after_it_begins(cls, high: float | None, info: ValidationInfo) -> float | None:
        low = info.data.get("low")
        if high is not None and low is not None and low > high:
            raise Fault(f"the interval ends ({high:g}) before it begins ({low:g})", "Change them over.")
        return high

    @property
    def between_arms(self) -> bool:
        """Whether arms are compared, not one arm with its own values before."""
        return self.compared == "between-arm"

    def as_cells(self) -> dict[str, str]:
        """The result as a line of the table holds it, column by column."""
        return {name: cell_of(value) for name, value in self}
