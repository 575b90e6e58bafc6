"""Score tables, wide and long: names, forms, and faults with row and column."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError
from effleurage.files.scales.scores import read_scores
from effleurage.lab.scales.scales import Answers, measure_scales

PSS = [3, 1, 2, 0, 4, 1, 2, 3, 0, 4]
TOTAL = 3 + 1 + 2 + 4 + 0 + 1 + 2 + 1 + 0 + 4


def read(folder: Path, text: str) -> tuple[Answers, ...]:
    path = folder / "scores.csv"
    path.write_text(text, encoding="utf-8")
    return read_scores(path)[0]


def row(*cells: object) -> str:
    return ",".join("" if cell is None else str(cell) for cell in cells)


def values(answers: tuple[Answers, ...], **settings: Any) -> dict[tuple[str, str, str], float]:
    table = measure_scales(answers, **settings).table
    keys = zip(table["participant"], table["session"].astype(str), table["outcome"], strict=True)
    return dict(zip(keys, table["value"], strict=True))


@pytest.mark.parametrize("name", ["pss_{}", "PSS{}", "pss10_{}", "PSS-10 item {}", "pss_q{}", "Perceived Stress {}"])
def test_wide_items_by_many_names(tmp_path: Path, name: str) -> None:
    head = row("participant", "session", *(name.format(number) for number in range(1, 11)))
    (answers,) = read(tmp_path, f"{head}\n{row('A', 1, *PSS)}\n")
    assert answers.scale == "PSS-10" and answers.items == dict(enumerate(PSS, 1))
    assert (answers.participant, answers.session, answers.where) == ("A", "1", "scores.csv, line 2")
    assert values((answers,)) == {("A", "1", "PSS"): TOTAL}


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("pss10", "PSS-10"),
        ("pss_10", "PSS-10"),
        ("PSS-10 total", "PSS-10"),
        ("pss4", "PSS-4"),
        ("pss_14", "PSS-14"),
        ("stai_s", "STAI-S"),
        ("STAI-T sum", "STAI-T"),
        ("stai_y1", "STAI-S-Y"),
        ("stai_x2", "STAI-T-X"),
        ("PSQI", "PSQI"),
        ("psqi_global", "PSQI"),
        ("pain", "pain NRS"),
        ("NRS", "pain NRS"),
        ("vas", "VAS"),
    ],
)
def test_wide_totals_by_many_names(tmp_path: Path, name: str, scale: str) -> None:
    (answers,) = read(tmp_path, f"id,visit,{name}\nA,1,9\n")
    assert (answers.scale, answers.total, answers.items) == (scale, 9, {})


def test_a_vas_says_what_it_rates_and_a_decimal_comma_is_read(tmp_path: Path) -> None:
    found = values(read(tmp_path, "id;session;vas_stress;relaxation VAS\nA;1;30,5;60\n"))
    assert found == {("A", "1", "VAS stress"): 30.5, ("A", "1", "VAS relaxation"): 60}


def test_the_form_of_a_pss_follows_from_its_items(tmp_path: Path) -> None:
    for count in (4, 10, 14):
        head = row("id", *(f"pss_{number}" for number in range(1, count + 1)))
        assert read(tmp_path, f"{head}\n{row('A', *[0] * count)}\n")[0].scale == f"PSS-{count}"
    with pytest.raises(DataError, match="column 'pss_7': does not say which form of the PSS it is"):
        read(tmp_path, row("id", *(f"pss_{number}" for number in range(1, 8))) + "\n" + row("A", *[0] * 7) + "\n")


def test_a_total_beside_items_is_compared(tmp_path: Path) -> None:
    head = row("id", *(f"pss_{number}" for number in range(1, 11)), "pss_total")
    text = f"{head}\n{row('A', *PSS, TOTAL)}\n{row('B', *PSS, TOTAL + 1)}\n"
    table = measure_scales(read(tmp_path, text)).table
    assert table["value"].tolist() == [TOTAL, TOTAL]
    assert table["reason"].tolist() == ["", f"scores.csv, line 3: the file's own total is {TOTAL + 1}"]


@pytest.mark.parametrize("first", [1, 21])
def test_trait_items_may_be_numbered_on(tmp_path: Path, first: int) -> None:
    head = row("id", *(f"stai_t_{number}" for number in range(first, first + 20)))
    (answers,) = read(tmp_path, f"{head}\n{row('A', *[4] * 20)}\n")
    assert answers.scale == "STAI-T" and sorted(answers.items) == list(range(1, 21))
    assert values((answers,), form="X") == {("A", "", "STAI-T"): 13 * 4 + 7}


def test_forty_items_are_state_and_trait(tmp_path: Path) -> None:
    head = row("id", *(f"stai_{number}" for number in range(1, 41)))
    found = values(read(tmp_path, f"{head}\n{row('A', *[1] * 20, *[4] * 20)}\n"), form="Y")
    assert found == {("A", "", "STAI-S"): 10 * 1 + 10 * 4, ("A", "", "STAI-T"): 11 * 4 + 9 * 1}
    with pytest.raises(DataError, match="which form of the STAI"):
        read(tmp_path, "id,stai_1,stai_2\nA,1,1\n")


def test_psqi_components_and_questions(tmp_path: Path) -> None:
    head = row("id", *(f"psqi_c{number}" for number in range(1, 8)))
    assert values(read(tmp_path, f"{head}\n{row('A', 1, 2, 3, 0, 1, 0, 2)}\n")) == {("A", "", "PSQI"): 9}
    head = "id,psqi_q2,psqi_q4,psqi_q5a,psqi_q6,psqi_q7,psqi_hours_in_bed,psqi_disturbance,psqi_daytime"
    found = read(tmp_path, f"{head}\n{row('A', 20, 6.5, 1, 1, 0, 8, 5, 2)}\n")
    assert values(found) == {("A", "", "PSQI"): 1 + 1 + 1 + 1 + 1 + 0 + 1}
    with pytest.raises(DataError, match="column 'psqi_3': may be a question or a component"):
        read(tmp_path, "id,psqi_3\nA,1\n")


LONG = "participant,session,scale,item,value\n"


def test_long_is_wide_turned(tmp_path: Path) -> None:
    lines = [f"{who},{visit},PSS,{n},{answer}" for who in "AB" for visit in (1, 2) for n, answer in enumerate(PSS, 1)]
    lines += ["A,1,PSQI,total,7", "A,1,vas,stress,40", "B,2,STAI-S,,55", "B,2,pain NRS,,4", "B,2,PSQI,c1,2"]
    found = values(read(tmp_path, LONG + "\n".join(lines)))
    assert found.pop(("B", "2", "PSQI")) != found.get(("A", "1", "PSQI"))
    assert found == {
        **{(who, visit, "PSS"): TOTAL for who in "AB" for visit in "12"},
        ("A", "1", "PSQI"): 7,
        ("A", "1", "VAS stress"): 40,
        ("B", "2", "STAI-S"): 55,
        ("B", "2", "pain NRS"): 4,
    }


def test_an_answer_given_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 4, column 'scale': says again what line 2 says"):
        read(tmp_path, LONG + "A,1,PSS-10,1,3\nA,1,PSS-10,2,3\nA,1,PSS-10,1,4\n")


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        read(tmp_path, LONG + "A,1,PSS-10,1,often\nA,1,PSS-10,11,3\nA,1,mood,1,3\n,1,pss10,2,3\n")
    assert [(finding.where, finding.what) for finding in refusal.value.findings] == [
        ("scores.csv, line 2, column 'value'", "'often' is not a number"),
        ("scores.csv, line 3, column 'scale'", "is item 11, and the PSS-10 has 10"),
        ("scores.csv, line 4, column 'scale'", "'mood_1' is no scale or item that is known"),
        ("scores.csv, line 5, column 'participant'", "is empty"),
    ]
    assert all(finding.fix for finding in refusal.value.findings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,mood\nA,1\n", "no column of scores among id, mood"),
        ("id,pss10,PSS-10\nA,1,1\n", "columns 'pss10' and 'PSS-10' say the same"),
        ("id,pain_1,pain_2\nA,1,2\n", "column 'pain_1': seems to be one of several ratings of pain NRS"),
        ("id,pss10\nA,x\n", "line 2, column 'pss10': 'x' is not a number"),
        ("id,pss10\n,3\n", "line 2, column 'id': is empty"),
        ("id,pss10,time\nA,3,noon\n", "line 2, column 'time': 'noon' is not a time of day"),
        ("id,subject,pss10\nA,B,3\n", "columns 'id' and 'subject' both say 'participant'"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as refusal:
        read(tmp_path, text)
    assert said in str(refusal.value) and all(finding.fix for finding in refusal.value.findings)


def test_forms_that_were_not_filled_in_are_kept(tmp_path: Path) -> None:
    table = measure_scales(read(tmp_path, "id,session,time,pss10,pain\nA,1,10:30,17,\nA,2,,NA,4\n")).table
    assert table["reason"].tolist() == ["", "scores.csv, line 2: no answer", "scores.csv, line 3: no answer", ""]
    assert table["value"].fillna(-1).tolist() == [17, -1, -1, 4]
    assert table["time"].iloc[0] == 630 and math.isnan(table["time"].iloc[3])


FUZZ = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
CELL = st.sampled_from(["0", "1", "2", "3", "4", "5", "", "NA", "1,5", "40", "81", "-1", "1e300"])
NAME = st.sampled_from(
    ["pss_1", "pss_4", "pss10", "pss10_3", "stai_s_2", "stai_t_40", "stai_y1", "psqi", "psqi_c1", "psqi_hours", "vas_x"]
)
SCALE = st.sampled_from(["PSS", "PSS-10", "STAI-S", "STAI-T", "stai", "PSQI", "vas", "pain", "mood", ""])
ITEM = st.sampled_from(["", "total", "1", "2", "4", "10", "14", "21", "c1", "hours", "stress"])


def assert_held(path: Path) -> None:
    """A result in range, or a refusal whose every finding has a fix."""
    try:
        answers, _ = read_scores(path)
        table = measure_scales(answers, form="Y", most_missing=0.99).table
    except EffleurageError as refusal:
        assert refusal.findings and all(finding.fix for finding in refusal.findings)
    else:
        assert len(table) == len(answers) and table["value"].dropna().between(0, 100).all()


@FUZZ
@given(names=st.lists(NAME, min_size=1, max_size=5, unique=True), rows=st.lists(st.lists(CELL, min_size=5, max_size=5)))
def test_any_small_wide_table_is_scores_or_a_refusal(tmp_path: Path, names: list[str], rows: list[list[str]]) -> None:
    path = tmp_path / "scores.csv"
    lines = [["id", *names], *(["A", *cells[: len(names)]] for cells in rows)]
    path.write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    assert_held(path)


@FUZZ
@given(rows=st.lists(st.tuples(st.sampled_from("AB"), SCALE, ITEM, CELL), max_size=6))
def test_any_small_long_table_is_scores_or_a_refusal(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path / "scores.csv"
    lines = [("participant", "scale", "item", "value"), *rows]
    path.write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    assert_held(path)


@FUZZ
@given(content=st.binary(max_size=200))
def test_any_bytes_are_scores_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    assert_held(path)


FORM = [3, 2, 4, 1, 2, 3, 1, 0, 3, 4]


@pytest.mark.parametrize("codes", [(99,), (-99,), (999,), (9,), (99, -99, 999), (8, 9)])
def test_codes_for_no_answer_are_offered_and_the_offer_works(codes: tuple[int, ...], tmp_path: Path) -> None:
    head = ",".join(["id", *(f"pss_{n}" for n in range(1, 11))])
    rows = [",".join(map(str, [turn, *FORM[:turn], code, *FORM[turn + 1 :]])) for turn, code in enumerate(codes)]
    path = tmp_path / "scores.csv"
    path.write_text(f"{head}\n" + "\n".join(rows))
    table = measure_scales(read_scores(path)[0]).table
    assert table["value"].isna().all()
    assert [f"--missing {code})" in reason for code, reason in zip(codes, table["reason"], strict=True)] == [
        True
    ] * len(codes)
    answers, notes = read_scores(path, missing=codes)
    assert measure_scales(answers).table["value"].notna().all()
    assert sum("cells read as no answer" in note for note in notes) == len(codes)


def test_several_codes_in_one_form_are_named_at_once(tmp_path: Path) -> None:
    reason = measure_scales([Answers("PSS-10", dict(enumerate([99, -9, *FORM[2:]], 1)))]).table["reason"][0]
    assert "item 1 is 99, item 2 is -9, not one of 0 to 4" in reason and "--missing 99,-9)" in reason


def test_codes_in_totals_and_long_tables_are_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,vas_stress\n1,999\n2,40\n")
    assert "--missing 999)" in measure_scales(read_scores(path)[0]).table["reason"][0]
    assert measure_scales(read_scores(path, missing=[999])[0]).table["reason"][0].endswith("no answer")
    path.write_text("id,scale,item,value\n" + "".join(f"1,pss,{n},{99 if n == 2 else n % 2}\n" for n in range(1, 11)))
    assert (
        measure_scales(read_scores(path, missing=[99])[0]).table["reason"][0].startswith("scores.csv, line 2: 1 of 10")
    )


def test_the_labels_of_a_qualtrics_export_are_skipped_and_told(tmp_path: Path) -> None:
    names = [f"PSS_{n}" for n in range(1, 11)]
    ids = ['"{""ImportId"":""QID2_' + str(n) + '""}"' for n in range(1, 11)]
    lines = [
        ["ResponseId", *names],
        ["Response ID", *(f'"In the last month, {name}"' for name in names)],
        ['"{""ImportId"":""_recordId""}"', *ids],
        ["R_1", *map(str, FORM)],
        ["R_2", *map(str, FORM)],
    ]
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(",".join(line) for line in lines))
    answers, notes = read_scores(path)
    assert [one.participant for one in answers] == ["R_1", "R_2"]
    assert measure_scales(answers).table["value"].tolist() == [31.0, 31.0]
    assert any("lines 2 and 3 hold the questions and their ids" in note for note in notes)


def test_long_items_need_no_column_of_scales(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,item,resp\n" + "".join(f"101,pss_{n},{answer}\n" for n, answer in enumerate(FORM, 1)))
    assert measure_scales(read_scores(path)[0]).table["value"].tolist() == [31.0]


def test_sessions_in_columns_are_refused_and_the_hint_works(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    heads = [f"pss{n}_{when}" for when in ("t1", "t2") for n in range(1, 11)]
    path.write_text(",".join(["id", *heads]) + "\n" + ",".join(map(str, ["A", *FORM, *FORM])) + "\n")
    with pytest.raises(DataError, match="Put each of t1, t2 into a row of its own: columns id, session, and pss_1"):
        read_scores(path)
    head = ",".join(["id", "session", *(f"pss_{n}" for n in range(1, 11))])
    path.write_text(head + "\n" + "\n".join(",".join(map(str, ["A", when, *FORM])) for when in ("t1", "t2")))
    assert measure_scales(read_scores(path)[0]).table["value"].tolist() == [31.0, 31.0]


def test_the_answers_of_a_psqi_are_asked_for_and_the_hint_works(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,psqi_q1,psqi_q2,psqi_q4,psqi_q5b\n1,23:30,25,6.5,2\n")
    with pytest.raises(DataError, match="columns 'psqi_q1', 'psqi_q5b': may be") as refusal:
        read_scores(path)
    assert len(refusal.value.findings) == 1 and "psqi_q8_q9_sum" in str(refusal.value)
    names = "psqi_q2,psqi_q4,psqi_hours_in_bed,psqi_q5a,psqi_q5_sum,psqi_q6,psqi_q7,psqi_q8_q9_sum"
    path.write_text(f"id,{names}\n1,25,6.5,7.5,1,7,1,0,2\n")
    assert measure_scales(read_scores(path)[0]).table["value"].tolist() == [1 + 1 + 1 + 0 + 1 + 0 + 1]
