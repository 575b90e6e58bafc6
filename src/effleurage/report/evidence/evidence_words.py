"""What was found about an outcome, in plain sentences: how many studies, in which direction, compared with what."""

from __future__ import annotations

import re
from collections import Counter

from effleurage.evidence.published.appraisal import Evidence, Group, Line
from effleurage.evidence.published.cells import cell_of
from effleurage.evidence.published.effects import Effect
from effleurage.evidence.published.results import Result
from effleurage.report.numbers import minus, signed
from effleurage.statistics.pooling import FEWEST

RESULTS = {"down": "lower", "none": "no difference", "up": "higher"}
SIDES = {"down": "lower with massage", "up": "higher with massage"}
NO_SIZE = (
    "Counting studies by direction says nothing about how large an effect is, and studies that found something are "
    "published more often."
)
SIZES = ((0.8, "large"), (0.5, "medium"), (0.2, "small"), (0.0, "very small"))
"""Cohen's words (1988, Statistical Power Analysis for the Behavioral Sciences) from this g on."""
_CONTROLS = {
    "relaxation-quiet": "quiet relaxation",
    "mixed": "several controls",
    "control": "a control not described",
    "own-period": "a time without massage",
}


def size(g: float, low: float, high: float) -> str:
    """An effect with its interval, to two decimals."""
    return f"{signed(g, '.2f')} ({ends(low, high)})"


def ends(low: float, high: float) -> str:
    """An interval, to two decimals."""
    return f"{signed(low, '.2f')} to {signed(high, '.2f')}"


def about(group: Group) -> str:
    """What the group is about: the meaning of its outcome, or the name of the quantity of several."""
    return meanings(group)[0] if len(meanings(group)) == 1 else group.name.replace("_", " ")


def meanings(group: Group) -> tuple[str, ...]:
    """What its outcomes mean, without remarks on the model."""
    return tuple(dict.fromkeys(meaning.split(";")[0] for meaning in group.meanings))


def title(group: Group) -> str:
    """The same as a heading."""
    name = about(group)
    return name[0].upper() + name[1:]


def spaced(study: str) -> str:
    """The name of a study as a reader wants it.

    >>> spaced("Krohn2011_Listing2010")
    'Krohn 2011 Listing 2010'
    """
    return re.sub(r"([a-z])(\d{4})", r"\1 \2", study.replace("_", " "))


def named(line: Line) -> str:
    """The name of a line's study, with its year where the name has none."""
    name, year = spaced(line.study.id), cell_of(line.study.year)
    return name if year in name else f"{name}, {year}"


def source(line: Line) -> str:
    """DOI or PubMed number of a study (the first of several); empty where the ledger has neither."""
    study = line.study
    return study.doi.split(";")[0] or (f"PMID {study.pmid}" if study.pmid else "")


def controls(lines: tuple[Line, ...]) -> str:
    """What massage was compared with, and in how many studies: ``usual care (3), rest (1)``."""
    counted = Counter(line.result.comparator for line in lines)
    return ", ".join(f"{_CONTROLS.get(name, name.replace('-', ' '))} ({n})" for name, n in counted.most_common())


def sentence(group: Group) -> str:
    """What was found about one quantity, and compared with what; a size only where it may be given."""
    seen, pool = group.directions, group.pool
    against = f"massage compared with {controls(group.lines)}"
    counts = f"{seen['down']} found it lower with massage, {seen['none']} no difference, {seen['up']} higher"
    if pool is None:
        few = f"{len(group.sized) or 'None'} of them {'gives' if len(group.sized) == 1 else 'give'} numbers for a size"
        return f"{_studies(len(group.lines))}, {against}: {counts}. {few}; fewer than {FEWEST} are not pooled."
    unsized = len(group.lines) - len(group.sized)
    word = next(word for least, word in SIZES if abs(pool.mean) >= least)
    side = SIDES["down" if pool.mean < 0 else "up"]
    clear = not pool.low <= 0 <= pool.high
    found = f"On average {side}, a {word} difference" if clear else "On average no clear difference"
    rest = f" {_studies(unsized)} more gave no size." if unsized else ""
    told = f"g {size(pool.mean, pool.low, pool.high)}, {_studies(pool.studies)}, {against}"
    return f"{found}: {told}. Of all, {counts}.{rest}"


def headline(evidence: Evidence) -> str:
    """One sentence for a reader who reads no other."""
    lines = tuple(line for group in evidence.groups for line in group.lines)
    if not lines:
        return "No study in the ledger compared massage with anything else on this."
    if len(evidence.groups) == 1:
        return f"{title(evidence.groups[0])}: {sentence(evidence.groups[0])}"
    judged = all(group.better for group in evidence.groups)
    names = ("better", "worse") if judged else ("lower", "higher")
    good = bad = 0
    for group in evidence.groups:
        first = group.better if judged else "down"
        good += group.directions[first]
        bad += group.directions["up" if first == "down" else "down"]
    studies = len({line.study.id for line in lines})
    none = len(lines) - good - bad
    return (
        f"{_studies(studies)} compared massage with something else, {len(lines)} results in {len(evidence.groups)} "
        f"measurements: {good} {names[0]} with massage, {none} no difference, {bad} {names[1]}. Compared with "
        f"{controls(lines)}."
    )


def pooled_words(group: Group) -> str:
    """The pooled line, or the counts that stand in its place."""
    pool = group.pool
    if pool is None:
        seen = group.directions
        counts = f"{seen['down']} lower, {seen['none']} no difference, {seen['up']} higher"
        return f"not pooled: {len(group.sized)} of the {FEWEST} sizes needed; studies by direction: {counts}"
    ahead = f"the next study {ends(pool.next_low, pool.next_high)}"
    other = "".join(f"; with r = {r:g}: {size(p.mean, p.low, p.high)}" for r, p in group.otherwise.items())
    return f"pooled g {size(pool.mean, pool.low, pool.high)}, {pool.studies} studies, {ahead}{other}"


def chance(result: Result) -> str:
    """The p of this comparison with its bound, or the words of the source where they are no number."""
    if result.p is not None:
        return f"{result.p_bound.replace('=', '')}{cell_of(result.p)}"
    return "–" if any(letter.isdigit() for letter in result.p_words) else result.p_words or "–"


def origin(line: Line) -> str:
    """What a size was made of, and what was assumed for it."""
    if not isinstance(line.effect, Effect):
        return ""
    assumed = f", assumed: {', '.join(line.effect.assumed)}" if line.effect.assumed else ""
    return f"{line.effect.origin}{', same people in both arms' if line.effect.same_people else ''}{assumed}"


def before_after(lines: tuple[Line, ...]) -> str:
    """Results within an arm: how many in each direction, and the sizes that there are."""
    seen = Counter(RESULTS[line.result.direction] for line in lines)
    told = ", ".join(f"{seen[word]} {word}" for word in RESULTS.values())
    sized = [(line.result.id, line.effect) for line in lines if isinstance(line.effect, Effect)]
    sizes = "; ".join(f"{name} g {size(effect.g, effect.low, effect.high)}" for name, effect in sized)
    return f"{told}{f' ({sizes})' if sizes else ''}"


def published(result: Result) -> str:
    """What a review states itself."""
    low, high = cell_of(result.low), cell_of(result.high)
    reach = f" ({low} to {high})" if low and high else ""
    if result.d is not None:
        stated = f"d {cell_of(result.d)}{reach if result.interval_of == 'd' else ''}"
    elif result.value is not None:
        unit = result.unit.split(" (")[0]
        stated = f"{result.value_kind} {cell_of(result.value)} {unit}".rstrip() + reach
    else:
        stated = "no size"
    return f"{RESULTS[result.direction]}; {minus(stated)}, compared with {result.comparator_words}"


def _studies(n: int) -> str:
    return f"{n} stud{'y' if n == 1 else 'ies'}"
