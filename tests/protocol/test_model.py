"""A protocol compiles to a schedule, and its controls share all but what they leave out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from effleurage.engine.schedule import Drive
from effleurage.errors import ProtocolError
from effleurage.protocol.model import Habits, Protocol
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose, Strokes, Visit

WEEKLY = Visit(
    when=When.read("every 7 days from day 3 18:00, 8 times"),
    minutes=60,
    strokes=Strokes(technique="swedish", pressure="moderate", region="back and neck"),
)
EXERCISE = Dose(kind="exercise", when=When.read("day 4 12:00"), minutes=30)
COURSE = Protocol(title="course", days=56, timeline=(WEEKLY, EXERCISE), people={"number": 200, "pain_load": 5})


def strokes_of(drive: Drive) -> bool:
    return any(name.startswith("stroke_") for name in drive.inputs)


@st.composite
def protocols(draw: st.DrawFn) -> Protocol:
    """Visits and doses on days of their own, between 10:00 and 21:00."""
    known = catalogue()
    unit = st.floats(0, 1, allow_nan=False)
    entries: list[Visit | Dose] = []
    for day in range(1, draw(st.integers(1, 6)) + 1):
        when = When.read(f"day {day} {draw(st.integers(11, 16))}:{draw(st.integers(10, 59))}")
        strokes = st.builds(
            Strokes,
            technique=st.sampled_from(sorted(known.techniques)),
            pressure=st.sampled_from(["", *known.pressures]) | st.floats(1, 100),
            region=st.sampled_from(sorted(known.regions)),
        )
        visit = st.builds(
            Visit,
            when=st.just(when),
            minutes=st.floats(1, 240),
            strokes=st.none() | strokes,
            posture=st.sampled_from(["", *known.postures]),
            arrival=st.floats(0, 60),
            attention=unit,
            expectation=unit,
        )
        doses = sorted(
            name
            for name, kind in known.kinds.items()
            if kind.inputs and not kind.dosed and not kind.shortest and "in_bed" not in kind.inputs
        )
        dose = st.builds(
            Dose,
            kind=st.sampled_from(doses),
            when=st.just(when),
            minutes=st.floats(1, 30),
            strength=st.just(""),
        )
        entries.append(draw(visit | dose))
    return Protocol(title="any", days=7, timeline=tuple(entries))


@given(protocols())
def test_rest_shares_every_drive_except_the_strokes(protocol: Protocol) -> None:
    treated, control = protocol.schedule(), protocol.against("rest").schedule()
    assert control.drives == tuple(drive for drive in treated.drives if not strokes_of(drive))
    assert (control.stop, control.samples) == (treated.stop, treated.samples)
    assert protocol.against("rest").sessions == ()
    assert len(protocol.sessions) == sum(map(strokes_of, treated.drives))


@given(protocols())
def test_none_removes_visits_whole(protocol: Protocol) -> None:
    named = {name for drive in protocol.against("none").schedule().drives for name in drive.inputs}
    doses = {name for one in protocol.timeline if isinstance(one, Dose) for name in one.reads()}
    assert not (named - doses) & {"arrival", "supine", "quiet", "expectation"}
    assert not any(name.startswith("stroke_") for name in named)


def test_sessions_and_samples() -> None:
    assert COURSE.sessions[:2] == ((3960, 4020), (14040, 14100))
    assert len(COURSE.sessions) == 8
    assert COURSE.samples[0] == 0 and COURSE.samples[-1] == COURSE.stop and len(COURSE.samples) == 56 * 24 + 1
    assert COURSE.against("none").schedule().drives[-1] == Drive(5040, 5070, {"exercise": 0.6})


def test_two_sampling_rules_are_merged() -> None:
    both = Protocol(title="x", days=1, sample=("every 600 min", "day 1 10:00, 11:00"))
    assert both.samples == (0, 600, 660, 1200)


def test_nights() -> None:
    assert Habits().nights(2880) == ((0, 420), (1380, 1860), (2820, 2880))
    assert Habits(lights_out=0.0, up=420.0).nights(1440) == ((0, 420),)
    assert Habits.model_validate({"lights_out": "00:30", "up": "08:00"}).nights(1440) == ((30, 480),)
    assert Habits(lights_out=9 * 60.0, up=17 * 60.0).nights(1440) == ((540, 1020),)


def test_same_times_leave_no_night() -> None:
    with pytest.raises(ProtocolError, match="same time"):
        Habits(lights_out=420.0, up=420.0)


def test_an_ordinary_day_is_habits_alone() -> None:
    day = COURSE.ordinary_day()
    assert day.stop == 1440
    assert day.drives == (Drive(0, 420, {"in_bed": 1.0}), Drive(1380, 1440, {"in_bed": 1.0}))
    assert COURSE.ordinary().people == COURSE.people


def test_against_another_protocol() -> None:
    other = Protocol(title="other", days=56, sample=("every 30 min",))
    control = COURSE.against(other)
    assert control.people == COURSE.people and control.sample == COURSE.sample and control.timeline == ()
    with pytest.raises(ProtocolError, match="has 3 days"):
        COURSE.against(Protocol(title="short", days=3))
    with pytest.raises(ProtocolError, match="no control 'placebo'"):
        COURSE.against("placebo")  # type: ignore[arg-type]


def test_frozen() -> None:
    with pytest.raises(ValidationError):
        COURSE.days = 3


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"days": 0}, "0 days cannot be"),
        ({"days": 731}, "731 days cannot be"),
        ({"days": 10}, "after the end of day 10"),
        ({"sample": ()}, "nothing is sampled"),
        ({"sample": ("now",)}, "does not say when"),
        ({"sample": tuple(f"every 0.{n} min" for n in range(5, 10))}, "the first 2 rules ask for 295,682 samples"),
        ({"people": {"number": 0}}, "not a number of people"),
        ({"people": {"number": 1.5}}, "not a number of people"),
        ({"people": {"number": {"mean": 1, "sd": 1}}}, "not a number of people"),
        ({"people": {"pain load": 1}}, "not a name of the ledger"),
        ({"people": {"pain_load": {"mean": 1}}}, "needs mean and sd"),
        ({"people": {"pain_load": {"mean": 1, "sd": -1}}}, "sd is negative"),
        ({"people": {"pain_load": {"mean": 1, "sd": 1, "weeks": 4}}}, "needs lasting and weeks"),
        ({"people": {"pain_load": {"mean": 1, "sd": 1, "weeks": 0, "lasting": 0.5}}}, "needs lasting and weeks"),
        ({"people": {"pain_load": {"mean": 1, "sd": 1, "weeks": 4, "lasting": 1.5}}}, "needs lasting and weeks"),
    ],
)
def test_protocols_that_cannot_be(said: dict[str, object], what: str) -> None:
    shape: dict[str, object] = {"title": "x", "days": 56, "timeline": (WEEKLY,)}
    with pytest.raises(ProtocolError, match=what):
        Protocol.model_validate(shape | said)
