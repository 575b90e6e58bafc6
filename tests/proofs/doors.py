"""Three million spoilt inputs at every door: each is refused in words, or carried through to numbers that are numbers.

A door is a place where something of somebody's comes in: files of measurements, protocols, designs and sentences,
targets and results of massage studies, settings of the ledger, codings, clock times and dates, options. Each has
valid seeds; those are spoilt at random and given to the door, and what is accepted is carried to the end that the
table names: measured, compared, compiled to a schedule, or written and read back. In comparisons, what untreated people
do is drawn instead of simulated, for it does not depend on the file. No input may end in an exception that is not ours,
in a refusal without words, in an infinite number, or in a missing one without its reason.
"""

from __future__ import annotations

import math
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from proof import ROOT, SEED, Figure
from spoilt import DIARY, HYPNOGRAM, RESULTS, RR, SALIVA, SCORES, STRANGE, WAYS

from effleurage.cli.cohort import Options
from effleurage.cli.measure import _codings, _numbers
from effleurage.cli.settings import settings_of
from effleurage.engine.cache import CACHE_SIZE, cache_bound
from effleurage.engine.threads import THREADS, thread_count
from effleurage.errors import EffleurageError
from effleurage.evidence.norms.targets import read_targets
from effleurage.evidence.ring.arms import arms_of
from effleurage.evidence.ring.outside import read_results
from effleurage.files.heart.rr import read_rr
from effleurage.files.night.diary import read_nights
from effleurage.files.pairs import read_pairs
from effleurage.files.saliva.tubes import read_saliva
from effleurage.files.scales.scores import read_scores
from effleurage.files.table.delimited import number_of
from effleurage.files.table.stamps import clock_of, date_of, stamp_of
from effleurage.lab.heart.hrv import measure_hrv
from effleurage.lab.night.nights import measure_nights
from effleurage.lab.saliva.saliva import measure_saliva
from effleurage.lab.scales.scales import measure_scales
from effleurage.lab.untreated import change
from effleurage.lab.untreated.bank import TRAITS
from effleurage.lab.untreated.change import compare
from effleurage.lab.untreated.foretold import Expected
from effleurage.lab.untreated.nearby import Pairs
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import whole_body
from effleurage.protocol.model import MOST_PEOPLE
from effleurage.protocol.reading import read_protocol
from effleurage.protocol.times import clock, look_minutes, read_when
from effleurage.report.trial.script import analysis_script
from effleurage.trial.conduct.randomisation import allocation
from effleurage.trial.conduct.timetable import as_csv, as_ics, first_day, time_zone
from effleurage.trial.design.design_file import as_yaml, parse_design, read_design
from effleurage.trial.sentence.given import design_of

SOURCES = (
    "src/effleurage/files/**/*",
    "src/effleurage/errors.py",
    "src/effleurage/cli/*.py",
    "src/effleurage/lab/**/*",
    "src/effleurage/protocol/*",
    "src/effleurage/trial/design/*",
    "src/effleurage/trial/sentence/*",
    "src/effleurage/trial/conduct/*",
    "src/effleurage/evidence/norms/*.py",
    "src/effleurage/evidence/ring/*.py",
    "tests/proofs/spoilt.py",
)
INPUTS, ACCEPTED = 3_000_000, 300_000
"""Spoilt inputs in all, and how many of them must be accepted and carried to the end."""
QUICK = 2000
"""One input of so many is tried in a small part."""
PARTS = 8
"""Parts of each door's inputs, one a task of a process."""
SLOWEST = 20.0
"""Seconds that the slowest input may take."""
ABSURD = 1e12
"""Beyond this a number of a laboratory is none (the product's own limit is far below)."""

Ends = Iterable[tuple[float, str]]
"""Numbers that came of an input, each with its reason where it is missing."""


@dataclass(frozen=True)
class Door:
    """Where something comes in: ``seeds`` that are valid, and how one is carried to its ``end``."""

    name: str
    end: str
    many: int
    seeds: tuple[bytes, ...]
    carry: Callable[[Any], Ends | None]
    suffix: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the input comes in a file; else it is a word."""
        return bool(self.suffix)


def table(measured: Any) -> Ends:
    """Values of a measured table."""
    frame = measured.table
    return zip(frame["value"].to_numpy(float), frame["reason"], strict=True)


def rr(path: Path) -> Ends:
    return table(measure_hrv(read_rr(path), labels={"participant": "p"}))


def saliva(path: Path) -> Ends:
    return table(measure_saliva(read_saliva(path)[0]))


def nights(path: Path) -> Ends:
    return table(measure_nights(read_nights(path)[0]))


def scores(path: Path) -> Ends:
    return table(measure_scales(read_scores(path)[0]))


def pairs(path: Path) -> Ends:
    change.__dict__["expected"] = drawn  # for this process
    compared = compare(read_pairs(path)[0])
    for row in compared.table.to_dict("records"):
        for name in ("expected", "low", "high"):
            yield row[name], row["reason"]
        for name in ("before", "after"):
            yield row[name], "not measured" if math.isnan(row[name]) else ""
    for frame in (compared.groups, compared.contrasts):
        for row in frame.to_dict("records"):
            for cell in row.values():
                if isinstance(cell, float):
                    yield cell, "may be missing"


def drawn(wanted: Any, *_: Any) -> dict[Any, Expected]:
    """What untreated people show, drawn: it does not depend on what was measured."""
    return {(one, *when): lived(one) for one, *when in wanted}


@cache
def lived(instrument: Any) -> Expected:
    luck = np.random.default_rng(SEED)
    first = 5.0 + luck.normal(size=300)
    second = 5.0 + 0.5 * (first - 5.0) + luck.normal(size=300)
    usual = {name: luck.uniform(*ends, size=300) for name, ends in TRAITS.items()}
    return Expected(instrument, Pairs(first, second, np.arange(300), np.ones(300), usual))


def compiled(protocol: Any) -> Ends:
    """Every drive of a protocol's schedule."""
    for drive in protocol.schedule().drives:
        yield from ((value, "") for value in (drive.start, drive.stop, *drive.inputs.values()))


def protocol(path: Path) -> Ends:
    return compiled(read_protocol(path))


def design(path: Path) -> Ends:
    return designed(read_design(path))


def designed(trial: Any) -> Ends:
    """A design written again and read back, its timetable and calendar, its list, its script."""
    if parse_design(as_yaml(trial)) != trial:
        raise AssertionError("written and read back, it is another design")
    compile(analysis_script(trial), "analysis.py", "exec")
    as_csv(trial)
    as_ics(trial, first_day("2027-03-01"), "Europe/Berlin")
    allocation(trial, 2, SEED)
    yield from ((minute, "") for minute in trial.starts)
    for measure in trial.outcomes:
        yield from ((minute, "") for minute in trial.looks(measure))


def sentence(text: str) -> Ends:
    return designed(design_of(text).design)


def targets(path: Path) -> Ends:
    for target in read_targets([path]):
        yield target.value, ""
        yield target.standard_error, ""
        for look in (target.look, target.other):
            if look:
                yield from compiled(look.world.protocol())
                yield from ((minute, "") for minute in look.minutes())


def outside(path: Path) -> Ends:
    book, questions = read_results([path])
    for question in questions:
        arms = arms_of(question, book)
        yield arms.error, ""
        for arm in (arms.massage, arms.control):
            yield from compiled(arm)


def settings(text: str) -> Ends:
    values = settings_of([text])
    ledger = whole_body().parameters
    cohort = Cohort(np.arange(2), values)
    for name in values:
        yield from ((float(value), "") for value in np.ravel(cohort.values(ledger[name])))


@cache
def answers() -> Any:
    """Answers of a small file, to be coded."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "scores.csv"
        path.write_text(SCORES, encoding="utf-8")
        return read_scores(path)[0]


def codings(text: str) -> Ends:
    if "=" not in text:
        yield from ((finite(value), "no answer") for value in _numbers([text]))
        return
    found = _codings([text])
    for low, high in found.values():
        yield from ((low, ""), (high, ""))
    if lottery(text):
        yield from table(measure_scales(answers(), codings=found))


def lottery(text: str) -> bool:
    """Whether this coding is measured too: a hundredth of them, for it takes long."""
    return sum(map(ord, text)) % 100 == 0


def times(text: str) -> Ends:
    """A word for a time, by whichever reader takes it."""
    readers: tuple[Callable[[str], Ends], ...] = (
        lambda word: [(clock(word), "")],
        lambda word: [(start, "") for start in read_when(word)[0].starts],
        lambda word: [(minute, "") for minute in look_minutes(word, 30)],
        lambda word: [(clock_of(word), "may say that nothing is there")],
        lambda word: [(0.0 if (day := date_of(word)) is None else day.toordinal(), "")],
        lambda word: [(0.0 if (stamp := stamp_of(word)) is None else stamp.toordinal(), "")],
        lambda word: [(finite(number_of(word)), "may say that nothing is there")],
    )
    refusals: list[Exception] = []
    for read in readers:
        try:
            yield from read(text)
        except (EffleurageError, ValueError) as refused:
            worded(refused)
            refusals.append(refused)
    if len(refusals) == len(readers):
        raise refusals[0]


def finite(value: float) -> float:
    """1 in place of a number that is finite: what it may be, only who asked for it can say."""
    return 1.0 if math.isfinite(value) else value


OWN_WORDS = re.compile(r"is not|is no|there is no|can be read|too large|not in the years")


def worded(refused: Exception) -> None:
    """The readers of cells refuse with ``ValueError`` in words of ours; any other is a fault."""
    if not isinstance(refused, EffleurageError) and not OWN_WORDS.search(str(refused)):
        raise AssertionError(f"{type(refused).__name__}: {refused}") from refused


PROTOCOL = "title: an hour\ndays: 3\ntimeline:\n  - day 2 18:00: massage, swedish, back, 60 min\n"


def options(text: str) -> Ends:
    """A value of an option or of an environment variable, by all that take one."""
    name, _, value = text.partition(" ")
    match name:
        case "--people":
            people = number(value)
            yield float(Cohort.of(min(people, 5) if people <= MOST_PEOPLE else people).persons[-1]), ""
        case "--workers":
            Options([], False, None, number(value), "").check()
        case "--start":
            yield first_day(value).toordinal(), ""
        case "--zone":
            time_zone(value)
        case "--threads":
            yield environment(THREADS, value, thread_count), ""
        case "--cache":
            yield environment(CACHE_SIZE, value, cache_bound), ""
        case _:
            raise EffleurageError([])  # no such option: the command line says so itself


def field(text: str) -> Ends:
    return designed(parse_design(f"title: t\narms: [massage, quiet rest]\noutcomes: PSS\n{text}"))


def number(text: str) -> int:
    """A whole number as the command line takes it; what is none, it refuses itself."""
    try:
        return int(text)
    except ValueError:
        raise EffleurageError([]) from None


def environment(variable: str, value: str, ask: Callable[[], float]) -> float:
    """What is made of the value of an environment variable."""
    try:
        os.environ[variable] = value
    except ValueError:  # no environment holds such a text
        raise EffleurageError([]) from None
    try:
        return float(ask())
    finally:
        os.environ.pop(variable)


NAP = "id,day,bedtime,wake time,SOL,WASO\nA,1,23:00,07:00,15,10\nA,2,23:30,06:45,20,5\nB,1,22:15,06:30,10,0\n"
BEATS = "time,rr\n" + "".join(f"{0.823 * beat:.3f},{790 + 11 * (beat % 7)}\n" for beat in range(70))
IGA = "participant,minutes,sIgA (ug/mL),volume (mL)\n" + "".join(
    f"P{who},{30 * tube},{80 + 9 * tube + who},{1.1 + tube / 10}\n" for who in range(2) for tube in range(4)
)
AWAKENING = "subject,sample,Minutes after awakening,cortisol (nmol/l)\n" + "".join(
    f"A,{name},{minutes},{level}\n"
    for name, minutes, level in (("wake", 0, 10.1), ("half", 34, 15.2), ("hour", 61, 12), ("bed", 900, 1.5))
)
EPOCHS = "epoch,onset,stage\n" + "".join(
    f"{place},{30 * place},{stage}\n" for place, stage in enumerate(HYPNOGRAM.split())
)
STAGED = "time,stage\n" + "".join(
    f"2024-03-01 23:{half // 2:02d}:{30 * (half % 2):02d},{('W', 'N1', 'N2', 'N3')[half // 30]}\n"
    for half in range(120)
)
LONG = (
    "participant;day;outcome;value;clock\nA;1;systolic pressure;121;10:00\nA;8;systolic pressure;118;10:15\n"
    "B;1;systolic pressure;131;10:00\nB;8;systolic pressure;128;10:15\n"
)
VISITS = "participant,condition,outcome,unit,before,after,clock_before,clock_after\n" + "".join(
    f"P{who},{('massage', 'rest')[who % 2]},pain NRS,0-10,{4 + who % 3},{3 + who % 2},10:00,11:15\n" for who in range(6)
)
RATED = "id,vas_stress\n" + "".join(f"{who},{31 + 7 * who}\n" for who in range(5))
ITEMS = "id,scale,item,value\n" + "".join(
    f"{who},pss,{item},{(who + item) % 5}\n" for who in (1, 2) for item in range(1, 11)
)
COURSE = """\
study,outcome,comparator,result,n_massage,n_control,technique,minutes,sessions,weeks,pressure,region,occasion
Ours,cortisol-saliva,rest,down,20,20,swedish,30,1,,moderate,back,acute
Ours,heart_rate,rest,none,20,20,swedish,30,1,,moderate,back,acute
Theirs,heart_rate,usual-care,none,31,29,,45,10,5,,,course
"""
ALONE = """\
study,outcome,comparator,result,n_massage,n_control,minutes,minutes_after,design,population
Field,cortisol-saliva,no-massage,down,12,12,30,10,crossover,students
"""
DESIGN = """\
title: Two periods
arms:
  - {name: hands, kind: massage, technique: swedish, pressure: moderate, region: back, minutes: 45}
  - quiet rest
outcomes:
  - {outcome: cortisol, worthwhile: 10 %}
  - {outcome: PSS, worthwhile: 3 points}
layout: crossover
washout: 14 days
sessions: 4
every: 7 days
time: "15:30"
n: 24
dropout: 10 %
"""
SENTENCES = (
    "60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS",
    "45 min swedish massage x 3 vs rest, cortisol and heart rate, 40 per arm",
    "30 min moderate back massage twice a week x 8 vs usual care, pain, 80 in all, crossover, washout 14 days",
    "massage every 2 weeks x 6 vs no treatment in poor sleepers, PSQI at 16:00",
)
SETTINGS = ("age=60", "heart_intercept=110.5", "pain_load=4", "chronic_stress=1.5", "calm_by_quiet = 0.3")
CODINGS = ("PSS=1-5", "99,-99", "STAI=0-3", "VAS=0-100", "8888", "-9, 99.5")
MOMENTS = (
    "18:30", "6:30 pm", "23.15 Uhr", "2315", "day 3 18:30", "every 7 days from day 3 18:00, 8 times",
    "every 1 min from day 3 10:00 to 11:00", "every day 08:00, 20:00", "day 3 18:00, 19:00", "2024-03-31 23:15",
    "2024-03-31T23:15:30+02:00", "31.3.2024", "31/03/2024", "day 2 22:00 to day 3 06:00", "12,5", "-0.25e3",
)  # fmt: skip
CHOICES = (
    "--people 50", "--workers 2", "--start 2027-03-01", "--zone Europe/Berlin", "--threads 4", "--cache 500 MB",
)  # fmt: skip
FIELDS = (
    "n: 40", "sessions: 6", "every: 7 days", "dropout: 15 %", "alpha: 0.05", "power: 0.9", "time: 16:00",
    "adherence: 0.8", "therapist icc: 0.05", "block: 4", "people: {chronic_stress: 1.5}",
)  # fmt: skip


def doors() -> Iterator[Door]:
    """Every door, with how many spoilt inputs it is given when the proof is carried out in full."""
    shipped, example = files("effleurage.examples"), ROOT / "examples"

    def file(name: str) -> bytes:
        return shipped.joinpath(name).read_bytes()

    def words(*texts: str) -> tuple[bytes, ...]:
        return tuple(text.encode() for text in texts)

    yield Door("RR intervals", "measured", 45_000, (*words(RR, BEATS), file("heartbeats.txt")), rr, ".txt")
    yield Door("saliva", "measured", 30_000, (*words(SALIVA, IGA, AWAKENING), file("saliva.csv")), saliva, ".csv")
    yield Door("nights", "measured", 45_000, (*words(DIARY, NAP), file("nights.csv")), nights, ".csv")
    yield Door("sleep stages", "measured", 45_000, words(EPOCHS, STAGED), nights, ".csv")
    yield Door("questionnaires", "measured", 45_000, (*words(SCORES, RATED, ITEMS), file("scores.csv")), scores, ".csv")
    yield Door("pairs", "compared", 30_000, (*words(LONG, VISITS), file("two-visits.csv")), pairs, ".csv")
    courses = tuple(path.read_bytes() for path in sorted(example.glob("*.yaml")))
    yield Door("protocols", "compiled to a schedule", 60_000, (*words(PROTOCOL), *courses), protocol, ".yaml")
    whole = "written and read back, with its timetable, calendar, list and script"
    yield Door("designs", whole, 30_000, (*words(DESIGN), file("six-weeks.yaml")), design, ".yaml")
    yield Door("sentences", whole, 45_000, words(*SENTENCES), sentence)
    rows = [path.read_text("utf-8") for path in sorted((ROOT / "src/effleurage/evidence/norms/targets").glob("*.toml"))]
    few = words(*("[[target]]".join(text.split("[[target]]")[:3]) for text in rows if "above" not in text[:3000]))
    yield Door("targets", "every look compiled to a schedule", 45_000, few, targets, ".toml")
    yield Door("massage results", "both arms compiled", 45_000, words(RESULTS, COURSE, ALONE), outside, ".csv")
    yield Door("settings of the ledger", "values of two people", 500_000, words(*SETTINGS), settings)
    yield Door("codings and missing codes", "codes; some of them measured", 600_000, words(*CODINGS), codings)
    yield Door("clock times, dates, numbers", "moments and minutes", 1_040_000, words(*MOMENTS), times)
    yield Door("options", "as the command takes them", 485_000, words(*CHOICES), options)
    yield Door("fields of a design", whole, 20_000, words(*FIELDS), field)


SIGNS = "0123456789-+.,:;=%/ \t\n'\"[]{}()#&*!|<>eExX_\0\x1b\x7fé²١−\u2028\ud7ff😀"


def a_sign(luck: random.Random, data: bytes) -> bytes:
    """A sign put in, taken out or in the place of another."""
    text = data.decode("utf-8", "replace")
    place = luck.randrange(len(text) + 1)
    return (text[:place] + luck.choice((luck.choice(SIGNS), "")) + text[place + luck.randrange(2) :]).encode()


NUMBERS = [
    "0",
    "1",
    "-1",
    "2",
    "7",
    "12",
    "30",
    "60",
    "99",
    "100",
    "1000",
    "0.5",
    "1.5",
    "9e9",
    "1e-9",
    "1e400",
    "2.5e3",
]


def replaced(luck: random.Random, data: bytes, sought: str, other: Callable[[str], str]) -> bytes:
    """The data with another text in the place of one that the pattern's group finds, at random."""
    text = data.decode("utf-8", "replace")
    places = list(re.finditer(sought, text))
    if not places:
        return data
    one = luck.choice(places)
    return (text[: one.start(1)] + other(one[1]) + text[one.end(1) :]).encode("utf-8", "replace")


def a_number(luck: random.Random, data: bytes) -> bytes:
    """Another number in the place of one: near it, or any."""

    def other(number: str) -> str:
        near = f"{float(number[:15]) * luck.choice((0.5, 0.9, 1.1, 2, 3)):g}"
        return luck.choice((near, near, str(luck.randrange(60)), luck.choice(NUMBERS), luck.choice(STRANGE)))

    return replaced(luck, data, r"(\d+(?:\.\d+)?)", other)


VALUES = (
    "[1, 2]", "{a = 1}", "{a: 1}", "[]", "{}", '""', "''", "true", "nan", "inf", "-inf", "null", "~", "1979-05-27",
    "07:32:00", "9" * 5000, "[" * 3000, "[[[]]]", "0o17", "0x1F", "1e400", "!!binary aGk=", "&a [*a]", '"\\u0000"',
)  # fmt: skip


def a_value(luck: random.Random, data: bytes) -> bytes:
    """Another kind of value after a name: a list, a table, a date, five thousand digits."""
    return replaced(luck, data, r"[=:] *([^\n]+)", lambda _: luck.choice(VALUES))


def a_name(luck: random.Random, data: bytes) -> bytes:
    """A name left out, doubled or changed, or the line that begins a table."""
    rows = data.split(b"\n")
    place = luck.randrange(len(rows))
    name, between, value = rows[place].partition(luck.choice((b"=", b":")))
    rows[place] = luck.choice(
        (between + value, name, b"x" + rows[place], rows[place] + b"\n" + rows[place], b"[target]")
    )
    return b"\n".join(rows)


IN_TABLES = (*WAYS, a_number, a_number, a_number, a_sign)
IN_WORDS = (a_sign, a_sign, a_number, a_number, *WAYS[:4])
IN_TEXTS = (*IN_TABLES, a_value, a_value, a_name)
WAYS_OF = {".yaml": IN_TEXTS, ".toml": IN_TEXTS, "": IN_WORDS}


def spoilt(luck: random.Random, door: Door) -> bytes:
    """One of the seeds of a door, spoilt once or several times."""
    data = luck.choice(door.seeds)
    for _ in range(luck.choice((1, 1, 1, 2, 3, 8))):
        data = luck.choice(WAYS_OF.get(door.suffix, IN_TABLES))(luck, data)
    return data


def ended(door: Door, given: Any) -> str:
    """How an input ended: ``accepted``, ``refused``, or the fault."""
    try:
        ends = door.carry(given) or ()
        return next((f"{value:g} with '{why}'" for value, why in ends if absurd(value, why)), "accepted")
    except EffleurageError as refusal:
        return "refused" if all(one.what and one.fix for one in refusal.findings) else "refused without words"
    except ValueError as fault:
        return "refused" if OWN_WORDS.search(str(fault)) else f"ValueError: {str(fault)[:60]}"
    except Exception as fault:  # noqa: BLE001  what is looked for
        return f"{type(fault).__name__}: {str(fault)[:60]}"


def absurd(value: float, why: str) -> bool:
    """Whether a number is missing without a reason, infinite, or beyond all sense."""
    return not why if math.isnan(value) else abs(value) > ABSURD


@dataclass(frozen=True)
class Tried:
    """What came of a part of a door's inputs; ``examples`` are inputs of each fault."""

    ends: Counter[str]
    slowest: float
    examples: Mapping[str, bytes]


def tried(name: str, part: int, many: int) -> Tried:
    """Spoil and try ``many`` inputs of a door."""
    door = next(one for one in doors() if one.name == name)
    luck, ends, slowest = random.Random(f"{SEED} {name} {part}"), Counter[str](), 0.0
    examples: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"file{door.suffix}"
        for _ in range(many):
            data = spoilt(luck, door)
            if door.is_file:
                path.write_bytes(data)
            begin = time.monotonic()
            end = ended(door, path if door.is_file else data.decode("utf-8", "replace"))
            slowest = max(slowest, time.monotonic() - begin)
            ends[end] += 1
            if end not in ("accepted", "refused"):
                examples.setdefault(end, data)
    return Tried(ends, slowest, examples)


def valid(door: Door) -> bool:
    """Whether every seed of a door is accepted."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"file{door.suffix}"
        for seed in door.seeds:
            path.write_bytes(seed)
            if ended(door, path if door.is_file else seed.decode()) != "accepted":
                return False
    return True


def prove(quick: bool) -> Iterator[Figure]:
    """Spoil inputs of every door and carry through what is accepted."""
    total, accepted = 0, 0
    with ProcessPoolExecutor(1 if quick else os.cpu_count()) as pool:
        for door in doors():
            sound = valid(door)
            yield Figure(f"{door.name}: {len(door.seeds)} seeds", "valid" if sound else "not valid", "valid", sound)
            many = max(1, door.many // (PARTS * QUICK if quick else PARTS))
            parts = list(pool.map(tried, [door.name] * PARTS, range(PARTS), [many] * PARTS))
            ends = sum((part.ends for part in parts), Counter[str]())
            total, accepted = total + ends.total(), accepted + ends["accepted"]
            wrong = [f"{end} ({count})" for end, count in ends.items() if end not in ("accepted", "refused")]
            told = f"{ends['accepted']:,} accepted and {door.end}, {ends['refused']:,} refused"
            slowest = max(part.slowest for part in parts)
            yield Figure(f"{door.name}, spoilt", "; ".join([told, *wrong[:3]]), "all accepted or refused", not wrong)
            yield Figure(f"{door.name}, slowest", f"{slowest:.1f} s", f"at most {SLOWEST:g} s", slowest <= SLOWEST)
    least, enough = (1, 1) if quick else (INPUTS, ACCEPTED)
    yield Figure("inputs", f"{total:,}", f"at least {least:,}", total >= least)
    yield Figure("accepted and carried to the end", f"{accepted:,}", f"at least {enough:,}", accepted >= enough)
