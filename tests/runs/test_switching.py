from __future__ import annotations

import antimony
import libsbml

from effleurage.runs.switching import Moment, add_moments, write_moments

LAMP = """
model lamp()
  unit time_unit = 60 second;
  var switch = 0; switch has dimensionless;
  var lit = 0; lit has dimensionless;
  var minutes = 0; minutes has dimensionless;
  heat' = switch*pace - heat*pace; heat = 0;
  const pace = 1;
  on: at (2*switch > 1): lit = 1, minutes = 0;
  hot: at (heat > 0.5 && 2*switch > 1): minutes = 5;
  off: at (lit > 0.5 && (heat > 2 || 2*switch < 1)): lit = 0;
end
"""


def lamp() -> libsbml.SBMLDocument:
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(LAMP) >= 0, antimony.getLastError()
    return libsbml.readSBMLFromString(antimony.getSBMLString("lamp"))


ON = Moment("turned_on", "time >= 10", {"switch": 0.0}, {"switch": 1.0})
OFF = Moment("turned_off", "time >= 20", {"switch": 1.0}, {"switch": 0.0})


def written(model: libsbml.Model, name: str) -> dict[str, str]:
    assignments = model.getEvent(name).getListOfEventAssignments()
    return {a.getVariable(): libsbml.formulaToL3String(a.getMath()) for a in assignments}


def test_what_an_input_sets_off_is_written_into_its_change() -> None:
    document = lamp()
    model = document.getModel()
    add_moments(model, [ON, OFF])
    on, off = written(model, "turned_on"), written(model, "turned_off")
    assert set(on) == {"switch", "lit", "minutes"}
    assert set(off) == {"switch", "lit"}
    assert off["lit"].startswith("piecewise(0, ")
    assert "lit > 0.5" in off["lit"]


def test_what_the_body_sets_off_by_itself_stays_its_own() -> None:
    document = lamp()
    model = document.getModel()
    add_moments(model, [ON, OFF])
    assert model.getEvent("on") is None
    # heat flows while the switch is on, so this one may come true by itself
    assert (
        libsbml.formulaToL3String(model.getEvent("hot").getTrigger().getMath()) == "(heat > 0.5) && ((2 * switch) > 1)"
    )
    assert libsbml.formulaToL3String(model.getEvent("off").getTrigger().getMath()) == "(lit > 0.5) && (heat > 2)"


def test_moments_alone_leave_the_body_its_events() -> None:
    document = lamp()
    model = document.getModel()
    write_moments(model, [ON, OFF])
    assert set(written(model, "turned_on")) == {"switch"}
    assert {event.getId() for event in model.getListOfEvents()} >= {"on", "hot", "off"}
