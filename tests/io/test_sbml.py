from __future__ import annotations

from pathlib import Path

import libsbml
import numpy as np
import pytest

from effleurage.errors import RunError
from effleurage.io.sbml import to_sbml, write_sbml
from effleurage.protocol.model import Protocol


def read(text: str) -> libsbml.SBMLDocument:
    document = libsbml.readSBMLFromString(text)
    assert document.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0
    return document


def test_the_body_alone_runs_elsewhere() -> None:
    import roadrunner

    result = np.asarray(roadrunner.RoadRunner(to_sbml()).simulate(0, 600, 11))
    assert np.isfinite(result).all()


def test_a_protocol_becomes_events_and_a_switched_off_arrow_is_gone(short: Protocol) -> None:
    with_visit, alone = read(to_sbml(short)), read(to_sbml())
    assert with_visit.getModel().getNumEvents() > alone.getModel().getNumEvents() + 4
    assert "cortisol_at_rest" not in to_sbml()
    assert "cortisol_at_rest" in to_sbml(without=["cortisol->feedback_fast"])


def test_settings_are_written(short: Protocol) -> None:
    document = read(to_sbml(settings={"age": 61.0}))
    assert document.getModel().getParameter("age").getValue() == 61.0


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write_sbml(tmp_path / "nowhere" / "body.xml", "<sbml/>")
