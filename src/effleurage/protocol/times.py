"""Times as people write them (``day 3 18:30``) and as the engine counts: minutes since midnight of day 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import overload

from pydantic import BaseModel, ConfigDict, Field

from effleurage.engine.grid import DAY as DAY
from effleurage.errors import Finding, ProtocolError, short

MOST_TIMES = 1000
"""Repeats an entry may have."""
MOST_LOOKS = 200_000
"""Samples a rule may ask for."""
NUMBER = r"[-+]?[0-9]{1,9}(?:\.[0-9]{1,6})?"
MINUTES_IN = dict.fromkeys(("min", "mins", "minute", "minutes"), 1.0) | dict.fromkeys(("h", "hour", "hours"), 60.0)

_AT = r"day [^ ,]+ (?:at )?[^ ,]+(?: [ap]m)?"
_EVERY_DAYS = re.compile(
    rf"(?:every (?P<day>day|week)|every (?P<apart>\S+) (?P<unit>days?|weeks?)|(?P<word>daily|weekly)) "
    rf"from (?P<first>{_AT}),? (?P<times>\S+) times?"
)
_TWICE = re.compile(rf"(?:twice|2 times|2 ?x) (?:a|per) week from (?P<first>{_AT}),? (?P<times>[0-9]{{1,4}}) times?")
_UNEVEN = re.compile(
    rf"every (?P<apart>[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?) ?(?P<unit>h|hours?|days?) "
    rf"from (?P<first>{_AT}),? (?P<times>[0-9]{{1,4}}) times?"
)
_WEEKDAYS = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:sday|nesday|rsday|urday|day)?s?\b")
_EVERY_MINUTES = re.compile(rf"every ({NUMBER}) ?([a-z]+)(?: from ({_AT}) to (.+))?")


class When(BaseModel):
    """When a stimulus starts (minutes since midnight of day 1), how often, and how many days apart."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    start: float
    times: int = Field(default=1, ge=1, le=MOST_TIMES)
    every: int = Field(default=1, ge=1)

    @classmethod
    def read(cls, text: str) -> When:
        """``day 3 18:30`` or ``every 7 days from day 3 18:00, 8 times``."""
        when, span = read_when(text)
        if span is not None:
            raise _fault("when", f"'{text}' also says how long", "Give minutes instead of 'to'.")
        return when

    @property
    def starts(self) -> tuple[float, ...]:
        """Every start, in minutes since midnight of day 1."""
        return tuple(self.start + turn * self.every * DAY for turn in range(self.times))


def tidy(text: str) -> str:
    """Lower case, single spaces."""
    return " ".join(text.lower().split())


def say(minute: float) -> str:
    """``day 3 18:30`` for a minute since midnight of day 1."""
    day, rest = divmod(minute, DAY)
    return f"day {int(day) + 1} {int(rest // 60):02d}:{int(rest % 60):02d}"


def clock(text: str) -> float:
    """Minutes since midnight of ``18:30``, ``18.30`` or ``6:30 pm``; 24:00 is the end of the day."""
    match = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(?: ?([ap])m)?", text)
    if not match or not (match[2] or match[3]):
        what = f"'{short(text)}' is not a time of day"
        raise _fault("when", what, "Write hours and minutes, such as 18:30.")
    hours, minutes = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hours <= 12:
            raise _fault("when", f"there is no {text} in a day", "Write it as 18:30.")
        hours = hours % 12 + 12 * (match[3] == "p")
    if minutes > 59 or hours * 60 + minutes > DAY:
        raise _fault("when", f"there is no {text} in a day", "Write 00:00 to 24:00.")
    return hours * 60.0 + minutes


def moment(text: str) -> float:
    """Minutes since midnight of day 1 of ``day 3 18:30``."""
    match = re.fullmatch(r"day (\S+) (?:at )?(\S+(?: [ap]m)?)", text)
    if not match:
        raise _fault("when", f"'{short(text)}' is not a time", "Write it as 'day 3 18:30'.")
    return (_whole(match[1], "day", 1, 100_000) - 1) * DAY + clock(match[2])


def read_when(text: str) -> tuple[When, float | None]:
    """When it starts and, where the text says ``to``, how many minutes it lasts."""
    text = tidy(text)
    if fix := _lines(text):
        raise _fault("when", f"'{short(text)}' is no whole number of days apart", fix)
    if match := _EVERY_DAYS.fullmatch(text):
        days = 7 if "week" in f"{match['day']}{match['unit']}{match['word']}" else 1
        apart = days * _whole(match["apart"], f"{match['unit']} apart", 1, 10_000) if match["apart"] else days
        times = _whole(match["times"], "times", 1, MOST_TIMES)
        return When(start=moment(match["first"]), every=apart, times=times), None
    if _WEEKDAYS.search(text):
        fix = "Count from day 1, as in 'every 7 days from day 3 18:00, 8 times', with a line for each day of the week."
        raise _fault("when", "the days of a protocol have no names", fix)
    if text.startswith(("every", "daily", "weekly")):
        fix = "Write it as 'every 7 days from day 3 18:00, 8 times'."
        raise _fault("when", f"'{short(text)}' is not a repeat", fix)
    first, to, last = text.partition(" to ")
    start = moment(first)
    if not to:
        return When(start=start), None
    minutes = _later(last, start) - start
    if minutes <= 0:
        raise _fault("when", f"'{short(text)}' ends before it begins", "Put the later time after 'to'.")
    return When(start=start), minutes


class Every(Sequence[float]):
    """``count`` minutes from ``first``, so far ``apart``; they are made as they are asked for."""

    def __init__(self, first: float, apart: float, count: int) -> None:
        self._first, self._apart, self._turns = first, apart, range(count)

    def __len__(self) -> int:
        return len(self._turns)

    @overload
    def __getitem__(self, turn: int) -> float: ...

    @overload
    def __getitem__(self, turn: slice) -> Sequence[float]: ...

    def __getitem__(self, turn: int | slice) -> float | Sequence[float]:
        if isinstance(turn, slice):
            return tuple(self[one] for one in self._turns[turn])
        return round(self._first + self._turns[turn] * self._apart, 6)


def look_minutes(text: str, days: int) -> tuple[float, ...]:
    """Minutes at which to sample within ``days`` days; see ``looks_of``."""
    return tuple(looks_of(text, days))


def looks_of(text: str, days: int) -> Sequence[float]:
    """Minutes at which to sample within ``days`` days, read and checked, but not written out where they are regular.

    ``every 60 min``, ``every 1 min from day 3 10:00 to 11:00``, ``every day 08:00, 20:00``, or
    ``day 3 18:00, 19:00``.
    """
    text, stop = tidy(text), days * DAY
    if match := _EVERY_MINUTES.fullmatch(text):
        if match[2] not in MINUTES_IN:
            raise _fault("sample", f"'{match[2]}' is not a unit of time", "Write it as 'every 60 min'.")
        apart = float(match[1]) * MINUTES_IN[match[2]]
        first = moment(match[3]) if match[3] else 0.0
        last = _later(match[4], first) if match[4] else stop
        looks: Sequence[float] = _regular(apart, first, last)
    elif text.startswith("every day "):
        clocks = [clock(part.strip()) for part in text.removeprefix("every day ").split(",")]
        looks = tuple(day * DAY + minute for day in range(days) for minute in clocks)
    else:
        looks = _listed(text)
    if len(looks) > MOST_LOOKS:
        raise _fault("sample", f"{len(looks)} samples are too many", f"Ask for at most {MOST_LOOKS}.")
    ends = looks[-1:] if isinstance(looks, Every) else looks
    if late := [look for look in ends if look > stop]:
        raise _fault("sample", f"{say(late[0])} is after the end", f"The protocol has {days} days.")
    return looks


def _lines(text: str) -> str:
    """How to write in several lines what is no whole number of days apart, as far as that goes; else nothing."""
    steps: tuple[float, ...]
    if match := _TWICE.fullmatch(text):
        steps, round_ = (0.0, 3 * DAY), 7
    elif match := _UNEVEN.fullmatch(text):
        gap = float(match["apart"]) * (60 if match["unit"].startswith("h") else DAY)
        turns = next((turns for turns in range(2, 25) if gap and (gap * turns) % DAY == 0), 0)
        if not turns or gap % DAY == 0:
            return ""
        steps, round_ = tuple(gap * turn for turn in range(turns)), int(gap * turns / DAY)
    else:
        return ""
    first, times = moment(match["first"]), int(match["times"])
    every = "day" if round_ == 1 else f"{round_} days"
    counts = [-(-(times - turn) // len(steps)) for turn in range(len(steps))]
    told = [
        f"'every {every} from {say(first + step)}, {count} times'"
        for step, count in zip(steps, counts, strict=True)
        if count > 0
    ]
    return f"Write {' and '.join(told)}, a line each."


def _listed(text: str) -> tuple[float, ...]:
    looks: list[float] = []
    day = None
    for part in (piece.strip() for piece in text.split(",")):
        if part.startswith("day "):
            looks.append(moment(part))
            day = part.split()[1]
        elif day is None:
            fix = "Write 'every 60 min', 'every day 08:00' or 'day 3 18:00, 19:00'."
            raise _fault("sample", f"'{short(text)}' does not say when to sample", fix)
        else:
            looks.append(moment(f"day {day} {part}"))
    return tuple(looks)


def _regular(apart: float, first: float, last: float) -> Every:
    if apart < 0.1 or last < first:
        raise _fault("sample", "samples must go forward in time", "Let them be 0.1 min apart or more.")
    count = int((last - first) / apart + 1e-9) + 1
    if count > MOST_LOOKS:
        raise _fault("sample", f"{count} samples are too many", f"Ask for at most {MOST_LOOKS}.")
    return Every(first, apart, count)


def _later(text: str, first: float) -> float:
    """A moment, or a time of day on the day of ``first``."""
    return moment(text) if text.startswith("day ") else first // DAY * DAY + clock(text)


def _whole(text: str, name: str, low: int, high: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise _fault("when", f"{name} '{short(text)}' is not a whole number", "Write a whole one in digits, such as 3.")
    if not low <= int(text) <= high:
        raise _fault("when", f"{name} {text} cannot be", f"Count from {low} to {high}.")
    return int(text)


def _fault(where: str, what: str, fix: str) -> ProtocolError:
    return ProtocolError(Finding(where, what, fix))


def time_of_day(minutes: float) -> str:
    """Minutes since any midnight as ``14:30``; ``clock`` reads it back."""
    whole = round(minutes) % int(DAY)
    return f"{whole // 60:02d}:{whole % 60:02d}"
