"""Totals of questionnaires, against other ways of counting; codings, missing answers, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from effleurage.errors import RequestError
from effleurage.lab.contrast.readouts import shipped_readouts
from effleurage.lab.records import COLUMNS
from effleurage.lab.scales.keys import scales
from effleurage.lab.scales.scales import Answers, measure_scales
from effleurage.lab.scales.smallest import as_words, sized


def items(*answers: float) -> dict[int, float]:
    return dict(enumerate(answers, 1))


def first(answers: Answers, **settings: Any) -> tuple[float, str]:
    row = measure_scales([answers], **settings).table.iloc[0]
    return float(row["value"]), str(row["reason"])


def test_no_smallest_change_is_invented() -> None:
    told = {scale.name: sized(scale.name, scale.id, ())[scale.name] for scale in scales().values()}
    known = {name: one.responder.value for name, one in told.items() if one and one.responder}
    assert known == {"PSQI": 3.0, "pain NRS": 1.0}
    pain = next(one for one in shipped_readouts() if one.quantity == "pain_rating").noticed
    assert (
        pain
        and told["pain NRS"]
        and pain == told["pain NRS"].responder
        and "10.1016/j.ejpain.2003.09.004" in pain.cited
    )
    said = {name: as_words(one) for name, one in told.items()}
    assert {name for name, words in said.items() if words == "none known"} == {
        "PSS-4", "PSS-10", "PSS-14", "STAI-T-X", "STAI-T-Y", "VAS",
    }  # fmt: skip
    assert said["STAI-S-Y"].startswith("none known for one person; 4.4 between the arms of a trial (Bradt")


def test_a_line_is_told_of_by_what_was_rated() -> None:
    lines = [Answers("VAS", total=40.0, rated=about, participant="P") for about in ("stress", "pain", "stress")]
    measured = measure_scales(lines)
    said = [note for note in measured.notes if "smallest change" in note]
    assert said[0].startswith("VAS stress: smallest change that matters, in points: 10 (Williams")
    assert said[1:] == ["VAS: smallest change that matters, in points: none known"]  # a line for pain is no NRS
    assert measured.parameters["smallest_change"]["VAS stress"]["matters"] == 10.0


def test_the_missing_share_can_be_said() -> None:
    answers = Answers("PSS-10", items(0, 1, 2, 3, 4))
    assert math.isnan(first(answers)[0])
    assert first(answers, most_missing=0.5)[0] == pytest.approx(10 * (0 + 1 + 2 + 1 + 0) / 5)


def test_the_coding_is_found_in_all_answers_and_said() -> None:
    sure, unsure = Answers("PSS-4", items(5, 3, 3, 4)), Answers("PSS-4", items(2, 3, 3, 4))
    measured = measure_scales([unsure, sure])
    assert measured.table["value"].tolist() == [1 + 2 + 2 + 3, 4 + 2 + 2 + 3]
    assert "PSS: items are coded 1 to 5, moved to 0 to 4" in measured.notes
    assert measured.parameters["codings"] == {"PSS": (1, 5)}


def test_a_coding_that_cannot_be_told_is_refused_until_it_is_said() -> None:
    unsure = Answers("PSS-4", items(2, 3, 3, 4))
    with pytest.raises(RequestError, match="PSS: the answers fit the codings 0 to 4 or 1 to 5"):
        measure_scales([unsure])
    assert first(unsure, codings={"PSS": (0, 4)})[0] == 2 + 1 + 1 + 4
    assert first(unsure, codings={"PSS": (1, 5)})[0] == 1 + 2 + 2 + 3
    with pytest.raises(RequestError, match="never coded 0 to 3"):
        measure_scales([unsure], codings={"PSS": (0, 3)})


def test_state_and_trait_of_one_file_are_coded_alike() -> None:
    calm, worried = Answers("STAI-S", items(*[1] * 20)), Answers("STAI-T", items(*[4] * 20))
    with pytest.raises(RequestError, match="STAI: the answers fit the codings 1 to 4 or 0 to 3"):
        measure_scales([calm], form="Y")
    assert measure_scales([calm, worried], form="Y").table["value"].tolist() == [10 + 40, 11 * 4 + 9]


def test_mixed_codings_are_refused_with_both_places() -> None:
    mixed = [Answers("PSS-4", items(0, 1, 1, 1), where="line 2"), Answers("PSS-4", items(5, 1, 1, 1), where="line 9")]
    with pytest.raises(RequestError, match=r"mix the codings 0 to 4 or 1 to 5 \(0 in line 2, 5 in line 9\)"):
        measure_scales(mixed)


def test_the_form_of_the_stai_is_asked_where_the_key_needs_it() -> None:
    answers = Answers("STAI-T", items(*[4] * 20))
    with pytest.raises(RequestError, match="which form of the STAI-T"):
        measure_scales([answers])
    assert first(answers, form="Y")[0] == 11 * 4 + 9
    assert first(answers, form="X")[0] == 13 * 4 + 7
    assert first(Answers("STAI-T", total=44.0)) == (44.0, "")
    assert measure_scales([Answers("STAI-T", total=44.0)]).table["instrument"].tolist() == ["STAI"]
    with pytest.raises(RequestError, match="no form 'Z'"):
        measure_scales([answers], form="Z")


@pytest.mark.parametrize(
    ("scale", "total", "fine"),
    [
        ("PSS-10", 40, True),
        ("PSS-10", 41, False),
        ("STAI-S", 19, False),
        ("STAI-S", 80, True),
        ("PSQI", 22, False),
        ("VAS", 100, True),
        ("VAS", 101, False),
        ("VAS", -1, False),
        ("pain NRS", 10, True),
        ("pain NRS", 11, False),
    ],
)
def test_totals_are_held_to_their_range(scale: str, total: float, fine: bool) -> None:
    value, reason = first(Answers(scale, total=float(total), where="scores.csv, line 3"))
    assert (value == total) == fine
    assert fine or reason.startswith(f"scores.csv, line 3: {total} is not within")


def test_a_files_own_total_is_compared_with_its_items() -> None:
    assert first(Answers("PSS-4", items(0, 1, 1, 1), total=7.0)) == (7.0, "")
    assert first(Answers("PSS-4", items(0, 1, 1, 1), total=3.0)) == (
        7.0,
        "the file's own total is 3; reversed items: see the notes",  # 3 is the sum of items that are turned round
    )
    assert first(Answers("PSS-4", items(*[math.nan] * 4), total=3.0)) == (3.0, "")


def test_psqi_from_components_and_from_what_was_asked() -> None:
    assert first(Answers("PSQI", items(1, 2, 3, 0, 1, 0, 2)))[0] == 9
    value, reason = first(Answers("PSQI", items(1, 2, 3, 0, 1, 0)))
    assert math.isnan(value) and reason == "1 of 7 items are missing, and at most 0 may be"
    asked = dict(zip(("quality", "minutes_to_sleep", "trouble"), (1, 20, 1), strict=True))
    asked |= {"hours_asleep": 7, "hours_in_bed": 8, "disturbance": 5, "medication": 0, "daytime": 2}
    assert first(Answers("PSQI", asked=asked))[0] == 1 + 1 + 0 + 0 + 1 + 0 + 1
    value, reason = first(Answers("PSQI", asked=asked), boundary="printed")
    assert value == 5 and reason == "7 h asleep is component 1 by 'printed', not as by 'pittsburgh'"
    with pytest.raises(RequestError, match="no boundary rule"):
        measure_scales([], boundary="mine")


def test_the_table_is_the_house_table() -> None:
    answers = [
        Answers("PSS-10", total=17.0, participant="A", session="1", day="2", condition="massage", time=600.0),
        Answers("VAS", total=30.0, rated="stress", participant="A"),
        Answers("pain NRS", participant="A", where="scores.csv, line 4"),
    ]
    measured = measure_scales(answers)
    assert tuple(measured.table.columns) == COLUMNS
    assert measured.table["outcome"].tolist() == ["PSS", "VAS stress", "pain NRS"]
    assert measured.table["instrument"].tolist() == ["PSS-10", "VAS 0-100", "NRS 0-10"]
    assert measured.table["reason"].tolist() == ["", "", "scores.csv, line 4: no answer"]
    assert measured.table["time"].iloc[0] == 600 and measured.table["condition"].iloc[0] == "massage"
    assert "items 4, 5, 7, 8 reversed" in measured.methods
    assert measured.parameters["smallest_change"]["pain NRS"]["matters"] == 1.0
    assert any("cannot show the change of a week" in note for note in measured.notes)
    assert measure_scales([]).table.empty


def test_a_vas_in_centimetres_is_asked_about() -> None:
    short = measure_scales([Answers("VAS", total=3.2), Answers("VAS", total=9.0)])
    assert any("centimetres" in note for note in short.notes)
    assert not any("centimetres" in note for note in measure_scales([Answers("VAS", total=32.0)]).notes)


def test_unknown_scales_are_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="no scale 'PSS10'.*PSS-10"):
        measure_scales([Answers("PSS10", total=1.0)])
    with pytest.raises(RequestError, match="is one rating"):
        measure_scales([Answers("VAS", items(1))])


def turned(name: str, forms: list[list[int]], **settings: Any) -> tuple[list[float], str]:
    found = measure_scales([Answers(name, items(*form)) for form in forms], **settings)
    return found.table["value"].tolist(), "\n".join([*found.notes, *found.table["reason"]])


@pytest.mark.parametrize("name", ["PSS-4", "PSS-10", "PSS-14", "STAI-S-Y", "STAI-T-X"])
@pytest.mark.parametrize("levels", [(4,), (0,), (0, 1, 3, 4), (0, 0, 1, 2, 2, 3, 4, 4)])
def test_items_that_are_turned_round_already_are_seen_and_told(name: str, levels: tuple[int, ...]) -> None:
    scale = scales()[name]
    low, high = scale.codings[0]
    stress = [round(low + level / 4 * (high - low)) for level in levels]
    already = [[level] * scale.items for level in stress]
    raw = [[low + high - a if n in scale.reversed else a for n, a in enumerate(form, 1)] for form in already]
    coding = {"codings": {scale.family: scale.codings[0]}}
    right = [float(level * scale.items) for level in stress]
    totals, said = turned(name, raw, **coding)
    assert totals == right and "turned round" not in said and "see the notes" not in said
    totals, said = turned(name, already, **coding)
    assert totals != right and "are they turned round in the file already?" in said and "see the notes" in said
    totals, said = turned(name, already, already_reversed=True, **coding)
    assert totals == right and "go with" not in said and "see the notes" not in said
    assert "go against the others" in turned(name, raw, already_reversed=True, **coding)[1]


def test_a_file_s_own_total_tells_how_items_are_coded() -> None:
    form = items(3, 2, 2, 2, 2, 2, 2, 1, 2, 2)  # too near the middle to tell by itself
    for total, warned in ((20.0, True), (22.0, False)):
        notes = measure_scales([Answers("PSS-10", form, total=total)], codings={"PSS": (0, 4)}).notes
        assert any("turned round in the file already" in note for note in notes) == warned
    done = measure_scales([Answers("PSS-10", form)], already_reversed=True, codings={"PSS": (0, 4)})
    assert done.parameters["already_reversed"] and "turned round in the data already" in done.methods
