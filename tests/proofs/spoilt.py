"""Good files of every kind that people bring, and ways to spoil them at random."""

from __future__ import annotations

import random
from collections.abc import Callable

RR = "\n".join(str(790 + 37 * (place % 5)) for place in range(80)) + "\n"
SALIVA = "participant,day,sample,time,awakening,cortisol (nmol/L)\n" + "".join(
    f"P{who},1,{tube},0{7 + tube // 2}:{30 * (tube % 2):02d},07:00,{9.5 + who + tube}\n"
    for who in range(3)
    for tube in range(4)
)
DIARY = "participant,date,bedtime,sleep onset,wake time,rise time,awakenings\n" + "".join(
    f"P{who},2026-03-0{day},23:0{day},23:2{day},06:5{day},07:1{day},{day}\n" for who in range(2) for day in range(1, 6)
)
HYPNOGRAM = "\n".join(["W"] * 4 + ["N2"] * 30 + ["N3"] * 20 + ["W"] * 6 + ["REM"] * 48 + ["W"] * 8) + "\n"
SCORES = "participant,session,pss1,pss2,pss3,pss4,pss5,pss6,pss7,pss8,pss9,pss10\n" + "".join(
    f"P{who},{when},{','.join(str((who + item) % 5) for item in range(10))}\n"
    for who in range(4)
    for when in ("pre", "post")
)
RESULTS = """\
study,outcome,comparator,technique,minutes,sessions,weeks,population,n_massage,n_control,result
Ours,cortisol-saliva,rest,swedish,60,,,back pain,40,41,none
Theirs,heart_rate,no-massage,,,8,4,,12,12,down
Others,psqi-total,usual-care,swedish,60,,,,20,20,down
"""
Maker = Callable[[random.Random, bytes], bytes]


def a_byte(luck: random.Random, data: bytes) -> bytes:
    place = luck.randrange(len(data) + 1)
    return data[:place] + luck.choice((b"", b"\x00", b"\xff", b"\xe9", b'"', b";", b"\t", b"\r")) + data[place + 1 :]


def a_cut(luck: random.Random, data: bytes) -> bytes:
    return data[: luck.randrange(len(data) + 1)]


def lines(luck: random.Random, data: bytes) -> bytes:
    rows = data.split(b"\n")
    first, other = luck.randrange(len(rows)), luck.randrange(len(rows))
    match luck.randrange(4):
        case 0:
            rows[first], rows[other] = rows[other], rows[first]
        case 1:
            rows.insert(first, rows[other])
        case 2:
            del rows[first]
        case _:
            rows[first] = b" " * luck.randrange(40) + rows[first]
    return b"\n".join(rows)


STRANGE = (
    "-1", "1e308", "-1e999", "nan", "inf", "0", "99999999999999999999", "1,5", "1.2.3", "24:00", "25:61", "7 am",
    "2026-02-30", "31/12/26", "", " ", "NA", "-", "?", "[b]x[/b]", "=1+1", "ä" * 300, "０７:００", "1_000", "0x10",
    "true", "null", "{a: 1}", "[1, 2", "*x", "&y", "!!python/object:os.system", "day 0", "day 99999", "every 0 min",
    "'", "\u2028", "\ud7ff", "١٢",
)  # fmt: skip


def a_cell(luck: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    marks = [place for place, letter in enumerate(text) if letter in ",;\t\n:"]
    if len(marks) < 2:
        return data
    turn = luck.randrange(len(marks) - 1)
    return (text[: marks[turn] + 1] + luck.choice(STRANGE) + text[marks[turn + 1] :]).encode("utf-8", "replace")


def a_column(luck: random.Random, data: bytes) -> bytes:
    rows = [row.split(b",") for row in data.split(b"\n")]
    place = luck.randrange(max(map(len, rows)))
    for row in rows:
        if place < len(row):
            row.append(row[place]) if luck.random() < 0.5 else row.pop(place)
    return b"\n".join(b",".join(row) for row in rows)


def an_encoding(luck: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(luck.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp037", "utf-32", "utf-7")), "replace")


def separators(luck: random.Random, data: bytes) -> bytes:
    return data.replace(
        luck.choice((b",", b"\n", b".", b":", b" ")), luck.choice((b";", b"\t", b"\r\n", b"\r", b"|", b","))
    )


WAYS: tuple[Maker, ...] = (a_byte, a_cut, lines, a_cell, a_cell, a_column, an_encoding, separators)
