from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.lab.untreated.change import Compared, compare
from effleurage.lab.untreated.pair import Pair
from effleurage.report.change.change_page import MOST_ROWS, as_html, band_chart
from effleurage.report.change.change_sentences import NO_CAUSE, sentences

PAIR = Pair("systolic pressure", 120.0, 92.0, 600.0, 645.0, participant="<A>", condition="massage")
CAUSES = ("lowered", "raised")


def arm(condition: str, fall: float) -> list[Pair]:
    firsts = (112.0, 116.0, 118.0, 121.0, 124.0, 128.0)
    own = (0.5, -1.0, 1.5, -0.5, 1.0, -1.5)
    return [
        replace(PAIR, participant=f"{condition} {i}", condition=condition, before=x, after=x + fall + e)
        for i, (x, e) in enumerate(zip(firsts, own, strict=True))
    ]


@pytest.fixture(scope="module")
def alone() -> Compared:
    return compare([PAIR])


def test_one_person_without_a_control_gets_no_cause(alone: Compared) -> None:
    (line, caution) = sentences(alone)
    assert "went from 120 to 92.0 mmHg" in line and "lower than nine in ten" in line
    assert caution == NO_CAUSE
    assert not any(word in line for word in CAUSES)


def test_a_clear_difference_from_a_control_has_a_cause_and_an_unclear_one_has_none() -> None:
    clear = sentences(compare([*arm("massage", -12.0), *arm("rest", 0.0)]))
    assert clear[0].startswith("massage lowered systolic pressure")
    assert NO_CAUSE not in clear
    unclear = sentences(compare([*arm("massage", -0.5), *arm("rest", 0.0)]))
    assert "no clear difference" in unclear[0]
    assert not any(word in " ".join(unclear) for word in CAUSES)


def test_the_page_holds_sentences_figure_table_and_methods_and_escapes_names(alone: Compared) -> None:
    page = as_html(alone, "visit <1>")
    assert page.count('<i class="tick"></i>the middle of it: what is expected') == 1  # every mark of the figure
    assert 'class="plot on-wide"' in page and "&lt;A&gt;" in page and "<A>" not in page.replace("&lt;A&gt;", "")
    assert "visit &lt;1&gt;" in page
    assert alone.methods[:60] in page.replace("&#39;", "'")
    assert "no medical advice" in page


def test_a_band_is_drawn_for_everybody_and_a_control_has_no_colour_of_its_place() -> None:
    found = compare([*arm("massage", -5.0), *arm("rest", -5.0)])
    chart = band_chart(found.table, 900).to_dict()
    (rows,) = chart["datasets"].values()
    assert [row["participant"] for row in rows] == found.table["participant"].tolist()
    assert {row["where"] for row in rows if row["control"]} == {"control"}
    assert {row["where"] for row in rows if not row["control"]} <= {"below", "within", "above"}
    drawn = [(part["mark"]["type"], part["encoding"]["x"].get("field")) for part in chart["layer"]]
    assert drawn[:4] == [("bar", "low"), ("tick", "expected"), ("point", "before"), ("point", "after")]
    low, high = chart["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low < min(row["low"] for row in rows) < max(row["high"] for row in rows) < high
    assert chart["layer"][0]["encoding"]["x"]["scale"]["type"] == "linear"


def test_a_figure_draws_no_more_people_than_can_be_told_apart() -> None:
    many = compare([replace(PAIR, participant=str(i)) for i in range(MOST_ROWS + 5)])
    (rows,) = band_chart(many.table, 900).to_dict()["datasets"].values()
    assert len(rows) == MOST_ROWS
    assert "5 more are in the table only" in as_html(many, "x")


PEOPLE = np.linspace(-1.5, 1.5, 6)


def visits(arm: str, twos: list[tuple[int, int]], who: str = "client1") -> list[Pair]:
    return [replace(PAIR, outcome="STAI-S", participant=who, condition=arm, before=b, after=a) for b, a in twos]


ONE = [*visits("massage", [(46, 31), (44, 30), (48, 33), (45, 32)]), *visits("rest", [(45, 40), (47, 41), (43, 39)])]


def test_visits_of_one_person_are_called_so_and_say_nothing_of_people() -> None:
    said = sentences(compare(ONE))
    assert "4 visits of one person" in said[0] and "3 visits of one person" in said[0]
    assert "nothing of other people" in said[0]
    everything = " ".join(said)
    assert not any(word in everything for word in (*CAUSES, "against 3 people", "4 people", "mean change is"))


def test_visits_of_two_people_are_no_more() -> None:
    both = ONE + [replace(pair, participant="client2", before=pair.before + 2) for pair in ONE]
    said = " ".join(sentences(compare(both)))
    assert "8 visits of 2 people" in said
    assert not any(word in said for word in CAUSES)


def test_four_people_with_several_visits_are_four_people() -> None:
    many = [replace(pair, participant=f"client {i}", before=pair.before + i) for i in range(4) for pair in ONE]
    said = sentences(compare(many))
    assert "massage lowered" in said[0] and "the same 4 people, 16 against 12 visits" in said[0]


def test_a_control_that_contradicts_the_virtual_people_is_told_first_and_its_words_win() -> None:
    rows = [*arm("massage", -12.0), *arm("rest", 6.0)]
    others = [replace(PAIR, outcome="pain NRS", participant=str(i), before=1.0, after=1.0) for i in range(3)]
    found = compare([*others, *rows])
    said = sentences(found)
    assert "rest itself changed by +6.00 mmHg" in said[0] and "control in the file counts" in said[0]
    assert said[0].startswith("massage lowered systolic pressure")
    own = [line for line in said if "systolic" in line]
    assert not any(word in line for line in own for word in ("higher", "no more than", "expected anyway"))
    page = as_html(found, "x")
    assert "no band: the control in the file" in page


def test_a_control_alone_that_contradicts_is_told_as_well() -> None:
    said = sentences(compare([replace(row, posture="seated") for row in arm("rest", 20.0)]))
    assert said[0].startswith("systolic pressure (cuff): rest itself changed by +20.0 mmHg")


def test_both_postures_are_told() -> None:
    rows = [replace(PAIR, participant=str(i), before=118.0 + z, after=114.0 + z) for i, z in enumerate(PEOPLE)]
    line, _ = sentences(compare(rows))
    assert "(posture or hour not said)" in line
    line, _ = sentences(compare([replace(row, posture="seated") for row in rows]))
    assert "not said" not in line


def test_who_begins_where_nobody_does_is_in_the_table_and_in_no_word() -> None:
    far = replace(PAIR, before=290.0, after=200.0, where="f.csv, line 2", participant="B")
    found = compare([far])
    said = sentences(found)
    assert "nothing is expected of 1 pair" in said[0]
    assert not any(word in " ".join(said) for word in ("higher", "lower", "no more than"))
    page = as_html(found, "x")
    assert "f.csv, line 2" in page and "290" in page and "hardly any of the virtual people" in page
    both = sentences(compare([far, PAIR]))
    assert "Of 1 more pair nothing is expected" in both[0] and "went from 120 to 92.0" in both[0]


def test_a_control_is_never_called_below_or_above() -> None:
    rows = [replace(row, posture="seated") for row in (*arm("massage", -5.0), *arm("rest", -5.0))]
    rows[-1] = replace(rows[-1], after=rows[-1].after - 16)
    found = compare(rows)
    placed = found.table[found.table["control"]]["where"]
    assert "below" in set(placed)
    page = as_html(found, "x")
    assert 'data-label="where">below' not in page and 'data-label="where">control' in page


STAI = replace(PAIR, outcome="STAI-S", posture="prone")
MASSAGES = [
    replace(STAI, participant=who, before=b, after=a) for who, b, a in (("A", 50, 40), ("B", 48, 36), ("C", 45, 35))
]


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ([("D", 45, 45)], "rest in the file itself changed by 0 points (one person), not by"),
        ([("R", 45, 40), ("R", 46, 42), ("R", 44, 41)], "changed by −4.00 points (3 visits of one person), not by"),
        ([("R", 46, 46), ("S", 50, 48)], "changed by −1.00 points (2 people), not by"),
    ],
)
def test_a_control_too_small_to_judge_by_is_told_first(controls: list[tuple[str, int, int]], said: str) -> None:
    rest = [replace(STAI, condition="rest", participant=who, before=b, after=a) for who, b, a in controls]
    lines = sentences(compare([*MASSAGES, *rest]))
    assert said in lines[0] and "too few people to judge by" in lines[0]
    everything = " ".join(lines)
    assert not any(word in everything for word in ("expected anyway", "no more than what happens", "lower", "higher"))


def test_own_visits_of_rest_that_contradict_are_told_first() -> None:
    said = sentences(compare(ONE))
    assert "rest in the file itself changed by −5.00 points (3 visits of one person), not by" in said[0]
    assert not any("without treatment −" in line for line in said)


def test_a_small_control_that_agrees_is_told_and_contradicts_nothing() -> None:
    rest = replace(STAI, condition="rest", participant="D", before=45, after=35)
    said = sentences(compare([*MASSAGES, rest]))
    assert "rest in the file itself changed by −10.0 points (one person), and by" in said[0]
    assert "no more than what happens without treatment" in said[1]


def test_where_nobody_is_named_each_sentence_says_on_what_it_rests() -> None:
    rows = [replace(pair, participant="") for pair in (*arm("massage", -12.0), *arm("rest", 0.0))]
    said = sentences(compare(rows))
    assert said[0].startswith("If every row is another person, massage lowered systolic pressure")
    assert all(line.startswith("If every row is another person, ") for line in said)
    alone = sentences(compare(rows[:4]))
    assert alone[0].startswith("If every row is another person, ") and alone[-1] == NO_CAUSE
    named = sentences(compare([*arm("massage", -12.0), *arm("rest", 0.0)]))
    assert not any("If every row" in line for line in named)


@pytest.mark.parametrize(
    ("outcome", "size", "told"), [("VAS stress", 10, "points of 100"), ("pain NRS", 1, "points of 10")]
)
def test_points_are_points_of_so_many(outcome: str, size: int, told: str) -> None:
    rows = [
        replace(PAIR, outcome=outcome, participant=str(i), before=b * size, after=a * size)
        for i, (b, a) in enumerate(((7, 3), (6, 3), (8, 5)))
    ]
    found = compare(rows)
    assert sentences(found)[0].count(told) >= 3 and set(found.table["unit"]) == {told}
    assert told in as_html(found, "x")


def asked(who: str, condition: str, before: float, after: float) -> Pair:
    return Pair("PSS", before, after, 540.0, 540.0, participant=who, condition=condition, days_apart=56)


def test_what_the_body_has_not_is_told_in_the_same_words_and_without_virtual_people() -> None:
    rows = [asked(f"P{i}", "massage", x, x - 12) for i, x in enumerate((24, 26, 28, 30))]
    lines = sentences(compare(rows))
    assert "points of 40" in lines[0] and "lower than expected" in lines[0] and lines[-1] == NO_CAUSE
    far = compare([*rows, asked("far", "massage", 40, 30)])
    assert "hardly any of the people in studies begins there (see the notes)" in sentences(far)[0]
    page = as_html(far, "x")
    assert "56 d later" in page and "09:00" not in page  # the hour of a questionnaire is neither known nor held against
    assert "virtual" not in page and page.count("held against people in studies") == 1
    waited = [asked(f"W{i}", "waiting list", x, x + 4) for i, x in enumerate((22, 25, 27, 29, 31))]
    against = sentences(compare([*rows, *waited]))
    assert "as people in studies do without treatment: the control in the file counts here" in against[0]
    few = sentences(compare([*rows, *(replace(pair, after=pair.after + 6) for pair in waited[:1])]))
    assert "as people in studies do without treatment: too few people to judge by" in few[0]
    assert any("too small, and people in studies differ from it" in line for line in few)
