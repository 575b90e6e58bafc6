"""Totals of questionnaires and single ratings: whose form, in which coding, and what is odd about the answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.records import Measured, tidy
from effleurage.lab.scales.keys import Coding, Scale, perhaps_none, scales, total_of
from effleurage.lab.scales.psqi import BOUNDARIES, psqi_components
from effleurage.lab.scales.smallest import as_data, as_words, sized

STAI_FORMS = ("X", "Y")
"""Forms of the STAI: X of 1970, Y of 1983. They reverse other trait items, so items need the form."""
CLEAR = 0.5
"""Points by which the mean answer must lie off the middle to tell on which side it is (ours)."""
CLOSE = 0.5
"""Points by which a file's own total may differ from that of its items before it is said (rounding)."""


@dataclass(frozen=True)
class Answers:
    """One filled-in form: ``items`` (number -> answer, NaN or absent where missing), or a ``total``.

    A total beside answered items is only compared with theirs.

    ``scale`` is a name in ``scales()``, or ``STAI-S``/``STAI-T`` with the form said to ``measure_scales``. A PSQI may
    come as ``asked`` (see ``psqi_components``). ``rated`` says what a VAS is about. ``where`` names file and line;
    ``time`` is minutes since midnight.
    """

    scale: str
    items: Mapping[int, float] = field(default_factory=dict)
    total: float = math.nan
    asked: Mapping[str, float] = field(default_factory=dict)
    rated: str = ""
    participant: str = ""
    session: str = ""
    day: str = ""
    condition: str = ""
    where: str = ""
    time: float = math.nan


def measure_scales(
    answers: Iterable[Answers],
    *,
    form: str | None = None,
    codings: Mapping[str, Coding] | None = None,
    boundary: str = BOUNDARIES[0],
    most_missing: float | None = None,
    already_reversed: bool = False,
) -> Measured:
    """A total for each form that was filled in, in points.

    ``form`` is the STAI's (X or Y). The coding of items is found from all answers of a family (PSS, STAI) and said in
    the notes; where the answers fit two codings it must be given (``{"PSS": (1, 5)}``). ``boundary`` is the PSQI's
    rule. ``already_reversed`` says that reversed items are turned round in the data already; where answers speak for
    it and nobody says it, a note does. ``most_missing`` replaces the scales' own share of items that may be missing. A
    total that cannot be computed or lies outside the range is NaN with a reason. ``time`` is minutes since midnight.

    Raises ``RequestError`` for an unknown scale, form, coding or rule, and for a coding that cannot be told.
    """
    if boundary not in BOUNDARIES:
        raise RequestError(Finding("PSQI", f"no boundary rule '{boundary[:40]}'", nearest(boundary[:40], BOUNDARIES)))
    families = {scale.family for scale in scales().values()}
    if unknown := [name for name in codings or {} if name not in families]:
        what = "no questionnaire is called so"
        raise RequestError([Finding(f"coding, {name}", what, nearest(str(name), families)) for name in unknown])
    answers = list(answers)
    rules = [_rules_of(one, form) for one in answers]
    keyed = {scale.name: scale.reversed for scale in rules}
    if already_reversed:
        rules = [replace(scale, reversed=()) for scale in rules]
    used = {scale.name: scale for scale in rules}
    coded: dict[str, Coding | None] = {}
    notes, findings = [], []
    for family in dict.fromkeys(scale.family for scale in rules):
        mine = [(scale, one) for scale, one in zip(rules, answers, strict=True) if scale.family == family and one.items]
        if mine:
            coded[family], said, faults = _coding(mine[0][0], [one for _, one in mine], (codings or {}).get(family))
            findings += faults
            notes += said
    if findings:
        raise RequestError(findings)
    rows = [
        _row(scale, one, coded.get(scale.family), boundary, most_missing)
        for scale, one in zip(rules, answers, strict=True)
    ]
    settings = {"form": form, "boundary": boundary, "most_missing": most_missing, "codings": coded}
    settings["already_reversed"] = already_reversed
    changes = {
        name: outcome
        for scale in used.values()
        for name, outcome in sized(scale.name, scale.id, (str(row["outcome"]) for row in _of(scale, rows))).items()
    }
    notes += [note for scale in used.values() for note in _notes(scale, rows)]
    notes += [f"{name}: smallest change that matters, in points: {as_words(one)}" for name, one in changes.items()]
    for name, scale in used.items():
        forms = [one for rule, one in zip(rules, answers, strict=True) if rule.name == name]
        if warned := _turned(scale, keyed[name], forms, coded.get(scale.family), already_reversed):
            notes.append(warned)
            for row in (row for rule, row in zip(rules, rows, strict=True) if rule.name == name):
                row["reason"] = "; ".join(filter(None, (str(row["reason"]), "reversed items: see the notes")))
    methods = " ".join(_method(scale, boundary, most_missing, keyed[name]) for name, scale in used.items())
    return Measured(
        tidy(rows),
        tuple(notes),
        methods,
        {**settings, "smallest_change": {name: as_data(one) for name, one in changes.items()}},
    )


def _rules_of(answers: Answers, form: str | None) -> Scale:
    """The rules of a form; of a STAI total without its form, rules without a key."""
    if form is not None and form not in STAI_FORMS:
        raise RequestError(Finding("form", f"the STAI has no form '{form[:20]}'", "Say X (1970) or Y (1983)."))
    known = scales()
    if answers.scale in ("STAI-S", "STAI-T"):
        if form is None and answers.items:
            fix = "Say form Y (1983) or X (1970): they reverse other trait items."
            raise RequestError(Finding(answers.where or answers.scale, f"which form of the {answers.scale} is it", fix))
        rules = known[f"{answers.scale}-{form or 'Y'}"]
        return rules if form else Scale(**{**vars(rules), "name": answers.scale, "instrument": "STAI", "reversed": ()})
    if answers.scale not in known:
        fix = nearest(answers.scale[:40], [*known, "STAI-S", "STAI-T"])
        raise RequestError(Finding(answers.where or "scale", f"no scale '{answers.scale[:40]}'", fix))
    return known[answers.scale]


def _coding(
    scale: Scale, answers: Sequence[Answers], chosen: Coding | None
) -> tuple[Coding | None, list[str], list[Finding]]:
    """The coding of a family's items, with a note; or findings where it cannot be told."""
    if not scale.items:
        return None, [], [Finding(scale.family, "is one rating and has no items", "Give it as a total.")]
    if chosen is not None:
        edges_given = tuple(chosen) if isinstance(chosen, Sequence) else (chosen,)
        fits = [coding for coding in scale.codings if coding == edges_given]
        what = f"is never coded {' to '.join(map(str, edges_given))}"
        fix = f"Say {_either(scale.codings)}."
        return (fits[0], [], []) if fits else (None, [], [Finding(scale.family, what, fix)])
    if all(math.isnan(answer) for one in answers for answer in one.items.values()):
        return scale.codings[0], [], []
    edges = {edge for coding in scale.codings for edge in coding}
    seen = sorted({answer for one in answers for answer in one.items.values() if answer in edges})
    fits = [coding for coding in scale.codings if all(coding[0] <= answer <= coding[1] for answer in seen)]
    if len(fits) == 1:
        own = "" if fits[0] == scale.codings[0] else f", moved to {_either(scale.codings[:1])}"
        told = [f"{scale.family}: items are coded {_either(fits)}{own}"] if len(scale.codings) > 1 else []
        return fits[0], told, []
    if fits:
        first = scale.codings[0]
        said_as = f"coding={{'{scale.family}': {first}}}, --coding {scale.family}={first[0]}-{first[1]}"
        fix = f"Say which: {said_as} if the form's own numbers were kept."
        return None, [], [Finding(scale.family, f"the answers fit the codings {_either(fits)}", fix)]
    ends = [(edge, next(one.where for one in answers if edge in one.items.values())) for edge in (seen[0], seen[-1])]
    where = ", ".join(f"{edge:g} in {place}" if place else f"{edge:g}" for edge, place in ends)
    what = f"the answers mix the codings {_either(scale.codings)} ({where})"
    return None, [], [Finding(scale.family, what, "Code all of them alike, or measure them apart.")]


def _either(codings: Sequence[Coding]) -> str:
    return " or ".join(f"{low} to {high}" for low, high in codings)


def _row(
    scale: Scale, answers: Answers, coding: Coding | None, boundary: str, most_missing: float | None
) -> dict[str, object]:
    said: list[str] = []
    answered = any(not math.isnan(answer) for answer in answers.items.values())
    asked = any(not math.isnan(answer) for answer in answers.asked.values())
    if coding and answered:
        value, reason = total_of(scale, answers.items, coding, most_missing)
    elif asked:
        components, said = psqi_components(answers.asked, boundary)
        value, reason = total_of(scale, components, scale.codings[0], most_missing)
    elif math.isnan(answers.total):
        value, reason = math.nan, "no answer"
    else:
        value, reason = answers.total, ""
        if not scale.low <= value <= scale.high:
            what = f"{value:g} is not within {scale.low:g} to {scale.high:g}"
            value, reason = math.nan, what + perhaps_none([value])
    if (answered or asked) and abs(answers.total - value) > CLOSE:
        said.append(f"the file's own total is {answers.total:g}")
    words = "; ".join(filter(None, (reason, *said)))
    return {
        "participant": answers.participant,
        "session": answers.session,
        "day": answers.day,
        "condition": answers.condition,
        "outcome": f"{scale.outcome} {answers.rated}".strip(),
        "instrument": scale.instrument,
        "unit": "points",
        "value": value,
        "time": answers.time,
        "reason": f"{answers.where}: {words}" if words and answers.where else words,
    }


def _notes(scale: Scale, rows: Sequence[Mapping[str, object]]) -> list[str]:
    mine = [float(str(row["value"])) for row in _of(scale, rows)]
    notes = []
    if lost := sum(math.isnan(value) for value in mine):
        notes.append(f"{scale.name}: {lost} of {len(mine)} have no total; the reason stands beside each")
    if scale.name == "VAS" and lost < len(mine) and not any(value > 10 for value in mine):
        notes.append("VAS: no rating is above 10: are they centimetres? The scale is 0 to 100")
    if scale.looks_back:
        notes.append(f"{scale.name} asks about {scale.looks_back}: it cannot show the change of a week")
    return notes


def _of(scale: Scale, rows: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [
        row for row in rows if row["instrument"] == scale.instrument and str(row["outcome"]).startswith(scale.outcome)
    ]


def _turned(
    scale: Scale, keyed: Sequence[int], answers: Sequence[Answers], coding: Coding | None, already: bool
) -> str:
    """A warning where the items that the key turns round do not answer as they should, before it does.

    Who is stressed scores high on the others and low on these. Forms in which both lie clearly on one side of the
    middle, or on two, tell; the more decide.
    """
    if not keyed or coding is None:
        return ""
    signs = [_sign(scale, keyed, one, coding) for one in answers]
    alike, apart = sum(sign > 0 for sign in signs), sum(sign < 0 for sign in signs)
    which = f"{scale.name}: items {', '.join(map(str, keyed))}"
    if alike > apart and not already:
        return (
            f"{which} go with the others in {alike} of {alike + apart} forms that tell: are they turned round in the "
            "file already? Then say so (--already-reversed, already_reversed=True); these totals are wrong if they are"
        )
    if apart > alike and already:
        return f"{which} go against the others in {apart} of {alike + apart} forms that tell: are they turned round?"
    return ""


def _sign(scale: Scale, keyed: Sequence[int], answers: Answers, coding: Coding) -> int:
    """1 where a form looks turned round already, -1 where it does not, 0 where it does not tell.

    Its own total decides where it is that of one way only.
    """
    if not math.isnan(answers.total):
        ways = [total_of(replace(scale, reversed=key), answers.items, coding)[0] for key in ((), tuple(keyed))]
        fits = [abs(way - answers.total) <= CLOSE for way in ways]
        if any(fits):
            return int(fits[0]) - int(fits[1])
    sides = []
    for turned in (True, False):
        given = [a for n, a in answers.items.items() if (n in keyed) == turned and coding[0] <= a <= coding[1]]
        sides.append(sum(given) / len(given) - sum(coding) / 2 if given else 0.0)
    return 0 if min(map(abs, sides)) < CLEAR else 1 if sides[0] * sides[1] > 0 else -1


def _method(scale: Scale, boundary: str, most_missing: float | None, keyed: Sequence[int]) -> str:
    span = f"{scale.low:g} to {scale.high:g}"
    if not scale.items:
        return f"{scale.name}: one rating, {span} ({scale.source})."
    how = "reversed" if scale.reversed else "turned round in the data already"
    turned = f"; items {', '.join(map(str, keyed))} {how}" if keyed else ""
    allowed = math.floor((scale.most_missing if most_missing is None else most_missing) * scale.items + 1e-9)
    mended = (
        f"up to {allowed} missing answers replaced by the person's mean, not rounded" if allowed else "none missing"
    )
    name = scale.name if scale.name == scale.instrument else f"{scale.name} ({scale.instrument})"
    source = f"{scale.source}; grade {scale.grade}"
    text = f"{name}: sum of {scale.items} answers, {span}{turned}; {mended} ({source})."
    if scale.name == "PSQI":
        edge = int(boundary != BOUNDARIES[0])
        text += f" Exactly 7 h of sleep and 85 % efficiency are component {edge} (rule '{boundary}')."
    return text
