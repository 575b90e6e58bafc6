"""Published results as protocols: what the source says is done, what it does not say is supplied by one rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from effleurage.evidence.published.eligibility import questions, shipped_questions
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.ring.arms import NIGHT, Arms, arms_of, silent
from effleurage.protocol.visits import Dose, Visit

DAY = 1440.0


def arms(row_id: str, **said: object) -> Arms:
    """The arms of the first question of a row, changed as said."""
    own = next(one for one in ledger().results if one.id == row_id).model_copy(update=said)
    book = replace(ledger(), results=(own,))
    return arms_of(questions(book)[0], book)


def visits(found: Arms) -> tuple[Visit, list[Visit]]:
    """The massage visit, and the visits of the control."""
    return found.massage.timeline[0], [one for one in found.control.timeline if isinstance(one, Visit)]  # type: ignore[return-value]


def test_every_question_can_be_carried_out() -> None:
    for question in shipped_questions():
        found = arms_of(question, ledger())
        assert found.massage.sessions
        assert 0 <= found.before < found.after <= found.massage.stop
        assert found.massage.samples == (found.before, found.after)
        assert found.n_massage >= 2
        assert found.n_control >= 2


def test_a_guessed_pressure_is_never_used() -> None:
    guessed = [question for question in shipped_questions() if question.result.pressure_inferred]
    assert guessed
    for question in guessed:
        strokes = visits(arms_of(question, ledger()))[0].strokes
        assert strokes is not None
        assert strokes.pressure == ""


def test_a_course_has_the_sessions_that_the_source_tells() -> None:
    visit, _ = visits(arms("Rapaport2016_GAD-1"))
    assert (visit.when.times, visit.when.every, visit.minutes) == (12, 4, 45)


def test_a_range_of_minutes_is_its_middle_and_silence_the_usual_length() -> None:
    assert visits(arms("Moeini2011-1"))[0].minutes == 12.5
    assert visits(arms("Buttagat2011-1", minutes=None, dose_words=""))[0].minutes == silent().arm.minutes


@pytest.mark.parametrize(
    ("comparator", "techniques"),
    [("rest", [None]), ("no-massage", []), ("light-touch", ["light touch"]), ("attention", [None])],
)
def test_the_control_is_what_massage_was_compared_with(comparator: str, techniques: list[str | None]) -> None:
    _, controls = visits(arms("Buttagat2011-3", comparator=comparator))
    assert [one.strokes.technique if one.strokes else None for one in controls] == techniques


def test_attention_has_more_of_it_than_rest() -> None:
    talked, rested = (visits(arms("Buttagat2011-3", comparator=name))[1][0] for name in ("attention", "rest"))
    assert talked.attention > rested.attention


def test_exercise_before_the_massage_is_in_both_arms_and_before_the_first_look_ends() -> None:
    found = arms("Wiltshire2010-1")
    for protocol in (found.massage, found.control):
        (dose,) = [one for one in protocol.timeline if isinstance(one, Dose)]
        assert dose.kind == "exercise"
        assert found.before < dose.when.start
        assert dose.when.start + dose.minutes == visits(found)[0].when.start


def test_nights_follow_an_evening_and_are_read_after_it() -> None:
    found = arms("Richards1998-1")
    assert found.question.quantity in NIGHT
    assert visits(found)[0].when.start % DAY == silent().arm.evening
    assert found.after % DAY == silent().arm.morning
    assert found.after > visits(found)[0].when.start


def test_what_is_measured_during_the_massage_is_read_during_it() -> None:
    found = arms("Meier2020-7")
    visit, _ = visits(found)
    assert visit.when.start < found.after < visit.when.start + visit.minutes


def test_a_vaccine_is_given_where_antibodies_are_measured() -> None:
    found = arms("Loft2012_HepB-1")
    doses = [one.kind for one in found.control.timeline if isinstance(one, Dose)]
    assert doses == ["vaccine"]
    assert found.after - found.before > 13 * DAY


def test_sizes_are_those_of_the_source() -> None:
    assert (arms("Day1987-1").n_massage, arms("Day1987-1").n_control) == (10, 11)
    assert (arms("Hinds2004-1").n_massage, arms("Hinds2004-1").paired) == (13, True)
    assert arms("Loft2012_HepB-2").n_massage == 35


def test_people_are_those_of_the_source() -> None:
    assert dict(arms("HernandezReif2001_LBP-2").massage.people) == {"pain_load": 5.0}
    assert arms("Olney2005-1").massage.people["systolic_rest"] == 140
    assert dict(arms("Day1987-1").massage.people) == {}


def provoked(**said: object) -> Arms:
    """The arms of a question that says what provoked them."""
    result = next(one for one in ledger().results if one.id == "Buttagat2011-3")
    asked = questions(replace(ledger(), results=(result,)))[0]
    return arms_of(replace(asked, **said), ledger())  # type: ignore[arg-type]


def test_a_stressor_before_the_massage_ends_as_it_begins_in_both_arms() -> None:
    found, plain = provoked(stressor="arithmetic, 10 min"), provoked()
    for protocol in (found.massage, found.control):
        (dose,) = [one for one in protocol.timeline if isinstance(one, Dose)]
        assert (dose.kind, dose.when.start + dose.minutes) == ("arithmetic", visits(found)[0].when.start)
    assert found.after == plain.after and found.before == plain.before
    assert not [one for one in plain.massage.timeline if isinstance(one, Dose)]


def test_a_stressor_after_the_massage_is_measured_after_it() -> None:
    found, plain = provoked(stressor="trier, 20 min", stressor_after=10.0), provoked()
    (dose,) = [one for one in found.control.timeline if isinstance(one, Dose)]
    end = visits(found)[0].when.start + visits(found)[0].minutes
    assert dose.when.start == end + 10
    assert plain.question.result.minutes_after == 0  # the source says when; else it is after the stressor
    later = provoked(
        result=plain.question.result.model_copy(update={"minutes_after": None}),
        stressor="trier, 20 min",
        stressor_after=10.0,
    )
    assert later.after == end + 30 + silent().arm.after
