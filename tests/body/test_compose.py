from __future__ import annotations

from pathlib import Path

import libsbml
import pytest

from effleurage.body.compose import Body, compose
from effleurage.errors import BodyError, RequestError

ROW = 'unit = "dimensionless", between = 0, uncertainty = 0.1, source = "assumed", grade = "D", meaning = "m"'
QUANTITY = 'unit = "dimensionless", rest = 0, low = 0, high = 1, meaning = "m"'


def write(folder: Path, name: str, equations: str, quantities: str = "", parameters: str = "") -> None:
    (folder / f"{name}.ant").write_text(equations)
    (folder / f"{name}.toml").write_text(f"[quantities]\n{quantities}\n[parameters]\n{parameters}\n")


def faults(folder: Path, *names: str) -> str:
    with pytest.raises(BodyError) as caught:
        _ = compose(names, folder).sbml
    return str(caught.value)


def test_the_body_has_no_error_and_no_unit_warning(body: Body) -> None:
    document = libsbml.readSBMLFromString(body.sbml)
    document.checkConsistency()
    assert [document.getError(i).getMessage() for i in range(document.getNumErrors())] == []


def test_the_unit_check_would_notice(tmp_path: Path) -> None:
    write(tmp_path, "a", "x' = k;", f"x = {{{QUANTITY}, readout = true}}", f"k = {{value = 1, {ROW}}}")
    assert "units" in faults(tmp_path, "a")


def test_a_name_that_nobody_defines_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "a", "x := pacee;", f"x = {{{QUANTITY}, readout = true}}", f"pace = {{value = 1, {ROW}}}")
    said = faults(tmp_path, "a")
    assert "'pacee', read by x, is defined nowhere" in said
    assert "Did you mean 'pace'" in said


def test_a_doubled_quantity_names_both_files(tmp_path: Path) -> None:
    write(tmp_path, "a", "x := k;", f"x = {{{QUANTITY}, readout = true}}", f"k = {{value = 1, {ROW}}}")
    write(tmp_path, "b", "x := k;", f"x = {{{QUANTITY}, readout = true}}")
    said = faults(tmp_path, "a", "b")
    assert "b.toml" in said
    assert "a.toml" in said


def test_an_unread_row_is_an_error(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a",
        "x := k;",
        f"x = {{{QUANTITY}, readout = true}}",
        f"k = {{value = 1, {ROW}}}\nj = {{value = 1, {ROW}}}",
    )
    assert "a.toml, j: nothing reads it" in faults(tmp_path, "a")


def test_a_bare_physiological_number_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a", "x := k*37.5;", f"x = {{{QUANTITY}, readout = true}}", f"k = {{value = 1, {ROW}}}")
    assert "bare number 37.5 in the equation of x" in faults(tmp_path, "a")


def test_every_finding_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a",
        "x := k*3 + nobody;\ny := x",
        f"x = {{{QUANTITY}}}",
        f"k = {{value = 1, {ROW}}}\nj = {{value = 1}}",
    )
    with pytest.raises(BodyError) as caught:
        compose(("a", "missing"), tmp_path)
    assert len(caught.value.findings) >= 5


def test_every_arrow_has_a_switch(body: Body) -> None:
    for source, target in body.arrows:
        cut = body.without([f"{source}->{target}"])
        assert f"{source}_at_rest" in cut.antimony
        assert cut.digest != body.digest


def test_a_system_name_switches_all_its_arrows(body: Body) -> None:
    cut = body.without(["sleep->stress"])
    assert len(cut.cut) > 1
    assert all(body.system_of(s) == "sleep" and body.system_of(t) == "stress" for s, t in cut.cut)
    assert cut.sbml


def test_an_arrow_that_does_not_exist_is_refused_with_the_nearest(body: Body) -> None:
    with pytest.raises(RequestError, match="Did you mean 'arousal->hpa_drive'"):
        body.without(["arousal->hpa_driv"])
