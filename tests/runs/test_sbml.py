from __future__ import annotations

import doctest
from itertools import pairwise
from pathlib import Path

import libsbml
import numpy as np
import pytest

from effleurage.errors import RunError
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import people_of, simulate
from effleurage.protocol.model import Habits, Protocol
from effleurage.protocol.reading import parse_protocol, read_protocol
from effleurage.runs import sbml
from effleurage.runs.sbml import TRACE, in_words, to_sbml, write_sbml

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
KEPT = (
    "asleep",
    "cortisol_saliva",
    "acth",
    "heart_rate",
    "total_sleep",
    "sleep_efficiency",
    "stress_rating",
    "skin_flow",
)
BROKEN = """
title: nights of all kinds
days: 6
habits: {lights out: '00:30', up: '06:15'}
timeline:
  - day 2 15:00: in bed, 60 min
  - day 3 01:00: kept awake, 200 min
  - day 4 00:15: kept awake, 120 min
  - day 5 10:00: hydrocortisone, 20 mg, 15 min
  - day 5 18:00: massage, swedish, moderate pressure, back, 60 min
"""


def read(text: str) -> libsbml.SBMLDocument:
    document = libsbml.readSBMLFromString(text)
    assert document.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0
    return document


def looks(days: int) -> np.ndarray:
    """Minutes past 0 at which all look: nothing switches there."""
    return np.arange(10.5, days * 1440, 60.0)


def ours(protocol: Protocol) -> np.ndarray:
    """The typical person by our own engine (times, quantities)."""
    asked = people_of(protocol, 1, 1, {})
    world = simulate(
        protocol.only_at(looks(protocol.days)),
        Cohort(asked.persons, asked.settings, typical=True, steady=True),
        keep=KEPT,
    )
    return np.column_stack([world[name].values[:, 0] for name in KEPT])


def by_roadrunner(text: str, days: int, tight: bool = False) -> np.ndarray:
    """libRoadRunner at its default settings, or at tight tolerances."""
    import roadrunner

    runner = roadrunner.RoadRunner(text)
    if tight:
        runner.integrator.setValue("relative_tolerance", 1e-9)
        runner.integrator.setValue("absolute_tolerance", [1e-9] * len(runner.integrator.getAbsoluteToleranceVector()))
    runner.timeCourseSelections = list(KEPT)
    return np.asarray(runner.simulate(times=[0.0, *looks(days)]))[1:]


def by_copasi(text: str, days: int) -> np.ndarray:
    """COPASI's time course at its default settings, a row every 1.5 minutes."""
    import COPASI

    model = COPASI.CRootContainer.addDatamodel()
    assert model.importSBMLFromString(text), COPASI.CCopasiMessage.getAllMessageText()
    task = model.getTask("Time-Course")
    task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
    problem = task.getProblem()
    problem.setDuration(days * 1440)
    problem.setStepNumber(days * 960)
    problem.setTimeSeriesRequested(True)
    assert task.process(True), COPASI.CCopasiMessage.getAllMessageText()
    series = task.getTimeSeries()
    titles = [series.getTitle(column) for column in range(series.getNumVariables())]
    columns = [titles.index(f"Values[{name}]") for name in KEPT]
    rows = (looks(days) / 1.5).astype(int)
    return np.array([[series.getConcentrationData(int(row), column) for column in columns] for row in rows])


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Largest distance, in units of each quantity's largest size."""
    return float((np.abs(one - other) / np.abs(other).max(axis=0).clip(1e-300)).max())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_in_copasi_and_libroadrunner_at_their_defaults(path: Path) -> None:
    protocol = read_protocol(path)
    text, mine = to_sbml(protocol), ours(protocol)
    assert apart(by_roadrunner(text, protocol.days), mine) <= 1e-3
    assert apart(by_copasi(text, protocol.days), mine) <= 1e-3


def test_naps_nights_awake_and_medicine_run_there_too() -> None:
    protocol = parse_protocol(BROKEN, "broken")
    text, days = to_sbml(protocol), protocol.days
    as_the_body_has_it = by_roadrunner(to_sbml(protocol, plain=True), days, tight=True)
    assert apart(by_roadrunner(text, days), as_the_body_has_it) <= 1e-4
    assert apart(by_copasi(text, days), as_the_body_has_it) <= 1e-4


def test_the_body_alone_has_nights_and_lives_as_our_own_engine_has_it() -> None:
    text, mine = to_sbml(), ours(Protocol(title="ordinary", days=5))
    assert 5 * 5 <= mine[:, 0].sum() <= 5 * 9
    assert apart(by_roadrunner(text, 5), mine) <= 1e-3
    assert apart(by_copasi(text, 5), mine) <= 1e-3


def test_nights_go_on_after_the_last_day(short: Protocol) -> None:
    asleep = by_roadrunner(to_sbml(short), 8)[:, 0].reshape(8, 24).sum(axis=1)
    assert (np.abs(asleep[3:] - 7) <= 2).all()


@pytest.mark.parametrize("habits", [{}, {"lights_out": 1440, "up": 480}, {"lights_out": 720, "up": 1200}])
def test_nights_go_on_whatever_the_habits(habits: dict[str, float]) -> None:
    protocol = Protocol(title="habits", days=2, habits=Habits(**habits))
    longer = protocol.model_copy(update={"days": 6})
    assert apart(by_roadrunner(to_sbml(protocol), 6), ours(longer)) <= 1e-3


def test_inputs_that_somebody_sets_between_two_calls_are_met(short: Protocol) -> None:
    import roadrunner

    runner = roadrunner.RoadRunner(to_sbml(short))
    runner.simulate(0, 14 * 60, 10)
    runner["in_bed"], runner["sleep_pressure"] = 1.0, 15.0
    runner.simulate(14 * 60, 17 * 60, 10)
    assert runner["asleep"] == 1
    slept = runner["night_sleep"]
    assert 60 < slept < 180
    runner["in_bed"] = 0.0
    runner.simulate(17 * 60, 17 * 60 + 2, 4)
    assert runner["asleep"] == 0
    assert runner["wake_pulse"] > 0.5
    assert runner["total_sleep"] == pytest.approx(slept)


def test_never_two_events_at_one_moment(short: Protocol) -> None:
    model = read(to_sbml(short)).getModel()
    left = {model.getEvent(number).getId().rsplit("_", 1)[0] for number in range(model.getNumEvents())}
    assert not left & {"lights_out", "count_night", "get_up"}
    wakes = next(event for event in model.getListOfEvents() if event.getId().startswith("wake_up"))
    assert "abed" not in libsbml.formulaToL3String(wakes.getTrigger().getMath())
    plain = read(to_sbml(short, plain=True)).getModel()
    kept = {plain.getEvent(number).getId().rsplit("_", 1)[0] for number in range(plain.getNumEvents())}
    assert {"lights_out", "count_night", "get_up"} <= kept


def test_a_state_that_decays_rests_at_a_trace(short: Protocol) -> None:
    import roadrunner

    states = {}
    for plain in (False, True):
        runner = roadrunner.RoadRunner(to_sbml(short, plain=plain))
        runner.timeCourseSelections = ["deep_touch", "light_touch"]
        states[plain] = np.asarray(runner.simulate(0, 2800, 2))[-1]
    assert states[False] == pytest.approx(TRACE, rel=1e-3)
    assert (np.abs(states[True]) < 1e-3 * TRACE).all()


def test_the_file_says_of_whom_it_is(short: Protocol) -> None:
    for protocol in (short, None):
        notes = read(to_sbml(protocol)).getModel().getNotesString()
        assert "The typical person" in notes
        assert "mean of many people is another" in notes
    assert "'one visit'" in in_words(short)
    told = read(to_sbml(parse_protocol("title: a < b & c\ndays: 1\n", "x"))).getModel().getNotesString()
    assert "a &lt; b &amp; c" in told


def test_a_protocol_becomes_events_and_a_switched_off_arrow_is_gone(short: Protocol) -> None:
    with_visit, alone = read(to_sbml(short)), read(to_sbml())
    assert with_visit.getModel().getNumEvents() > alone.getModel().getNumEvents() + 4
    assert "glucocorticoid_at_rest" not in to_sbml(plain=True)
    assert "glucocorticoid_at_rest" in to_sbml(plain=True, without=["glucocorticoid->feedback_fast"])


def test_every_piece_of_a_course_is_an_event_at_its_minute() -> None:
    tested = parse_protocol("title: a test\ndays: 2\ntimeline:\n  - day 2 10:00: trier, 15 min\n", "test")
    seen, document = {}, read(to_sbml(tested, plain=True))
    for event in document.getModel().getListOfEvents():
        sets = {
            one.getVariable(): libsbml.formulaToL3String(one.getMath()) for one in event.getListOfEventAssignments()
        }
        if "stressor" in sets:
            when = libsbml.formulaToL3String(event.getTrigger().getMath()).split()[2]
            seen[float(when) - 2040] = float(sets["stressor"].split()[0])
    assert seen == {0: 0.75, 5: 1.35, 10: 1.15, 15: 0}


def test_events_come_in_the_order_of_time(short: Protocol) -> None:
    model = read(to_sbml(short)).getModel()
    texts = [libsbml.formulaToL3String(event.getTrigger().getMath()) for event in model.getListOfEvents()]
    times = [float(text.split()[2]) for text in texts if text.startswith("time >= ") and text.endswith("minute")]
    assert len(times) > 6
    assert all(one < other for one, other in pairwise(times))


def test_settings_are_written(short: Protocol) -> None:
    document = read(to_sbml(settings={"age": 61.0}))
    assert document.getModel().getParameter("age").getValue() == 61.0


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write_sbml(tmp_path / "nowhere" / "body.xml", "<sbml/>")


def test_the_example_of_the_docstring_runs() -> None:
    tried = doctest.testmod(sbml)
    assert tried.attempted == 1 and tried.failed == 0
