"""The front door: what ``import effleurage as ef`` shows, takes and gives back."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

import effleurage as ef
from effleurage.cli.commands import Command, app
from effleurage.errors import EffleurageError
from effleurage.report.results import LOOKS
from effleurage.shown import Shown

PACKAGE = Path(ef.__file__).parent
NOTO = "noto-2010-leg-massage"

SHOWN = """
Cohort EffleurageError Person Protocol Twin __version__ challenges claims compare conduct contrast describe example
export_sbml four_ways measure_hrv measure_saliva measure_scale measure_sleep model open_run page plan read_design
read_pairs read_protocol read_rr read_saliva read_scale read_sleep redesign rehearse run_cohort save sensitivity
simulate studies twin validate verdict
"""
"""What Tab shows. A name that comes or goes is a promise made or broken: say it in the changelog."""

REACHED = {
    "simulate": ("simulate", "twin", "contrast", "run_cohort", "save", "page"),
    "model": ("model", "describe"),
    "export sbml": ("export_sbml",),
    "sensitivity": ("sensitivity",),
    "measure hrv": ("measure_hrv", "read_rr"),
    "measure saliva": ("measure_saliva", "read_saliva"),
    "measure sleep": ("measure_sleep", "read_sleep"),
    "measure scale": ("measure_scale", "read_scale"),
    "compare": ("compare", "read_pairs"),
    "plan": ("plan", "redesign", "read_design", "save"),
    "trial": ("conduct", "rehearse", "save"),
    "validate": ("validate",),
    "challenges": ("challenges",),
    "evidence": ("studies",),
    "claims": ("claims", "verdict"),
    "four-ways": ("four_ways",),
    "demo": ("four_ways",),
}
"""Command -> the names by which Python does the same."""
BY_MODULE = {"calibrate": "effleurage.fit.physiology.calibrate", "cache": "effleurage.engine.cache.clear_cache"}
"""Commands for those who build the body: reached by the module's own name."""


OFFERED: list[str] = vars(ef)["__all__"]


def commands(group: typer.core.TyperGroup, before: str = "") -> set[str]:
    """Every command that can be said, with its group's name before it."""
    found: set[str] = set()
    for name, said in group.commands.items():
        command = said.loaded() if isinstance(said, Command) else said
        found |= commands(command, f"{name} ") if isinstance(command, typer.core.TyperGroup) else {f"{before}{name}"}
    return found


def python(code: str) -> subprocess.CompletedProcess[str]:
    here = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True, check=True)


def test_tab_shows_these_names_and_no_others() -> None:
    assert dir(ef) == sorted(SHOWN.split())
    assert sorted(OFFERED) == sorted({*SHOWN.split()} - {"__version__"})


def test_no_name_is_that_of_a_package() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} | {"errors", "arrays", "examples"}
    assert "people" in packages
    assert set(dir(ef)) & packages == set()


def test_every_name_is_there_and_called_so_at_home() -> None:
    for name in OFFERED:
        found = getattr(ef, name)
        assert found.__name__ == name
        assert found.__module__.startswith("effleurage.")


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'. Did you mean 'simulate'?"):
        ef.simulat  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute '_repr_html_'$"):
        ef._repr_html_  # type: ignore[attr-defined]  # noqa: B018


def test_importing_is_quick() -> None:
    code = "import time; t = time.perf_counter(); import effleurage; print(time.perf_counter() - t)"
    assert min(float(python(code).stdout) for _ in range(3)) < 0.3


def test_whatever_the_command_line_does_python_does() -> None:
    said = commands(typer.main.get_command(app))  # type: ignore[arg-type]
    assert said == {*REACHED, *BY_MODULE}
    assert {name for names in REACHED.values() for name in names} <= set(dir(ef))
    for place in BY_MODULE.values():
        home, _, name = place.rpartition(".")
        assert callable(getattr(importlib.import_module(home), name))


def examples() -> list[str]:
    """Names that should carry an example: all but the version."""
    return sorted({*SHOWN.split()} - {"__version__"})


def doctests(name: str) -> list[doctest.DocTest]:
    found = getattr(ef, name)
    finder = doctest.DocTestFinder(recurse=True)
    module = inspect.getmodule(found)
    return [one for one in finder.find(found, name, module=module, globs=dict(vars(module))) if one.examples]


COSTLY = {"challenges", "four_ways", "validate", "rehearse", "conduct", "plan", "redesign"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in COSTLY else []) for name in examples()]
)
def test_every_name_carries_an_example_that_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = doctests(name)
    assert told, f"{name} has no example"
    assert not any(doctest.SKIP in example.options for one in told for example in one.examples)
    runner = doctest.DocTestRunner()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in told:
            runner.run(one)
    assert runner.summarize(verbose=False).failed == 0


def test_a_path_a_text_and_an_object_are_the_same_protocol() -> None:
    path = ef.example(NOTO)
    given = (path, str(path), path.read_text(encoding="utf-8"), ef.read_protocol(path))
    worlds = [ef.simulate(one, 2, keep=["cortisol"]) for one in given]
    assert all(world.identical(worlds[0]) for world in worlds)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nowhere.yaml", "nowhere.yaml: there is no such file"),
        ("", "protocol: '' is no protocol"),
        (7, "protocol: an int is no protocol. Give a protocol, the path of its file"),
        (None, "protocol: None is no protocol"),
        ("title: a day\ndays: none\n", "protocol, line 2, days"),
    ],
)
def test_what_is_no_protocol_is_refused_in_a_sentence(given: Any, said: str) -> None:
    for ask in (ef.simulate, ef.twin, ef.contrast):
        with pytest.raises(EffleurageError, match=said) as refused:
            ask(given)
        assert len(refused.value.findings) == 1


@pytest.mark.parametrize("name", [name for name in OFFERED if not isinstance(getattr(ef, name), type)])
def test_every_function_refuses_what_it_does_not_know(name: str) -> None:
    function = getattr(ef, name)
    with pytest.raises(EffleurageError, match="nonsense: .*no such option"):
        function(nonsense=1)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: ef.read_protocol(None), "path: None cannot be"),  # type: ignore[arg-type]
        (lambda: ef.read_rr(7), "path: 7 cannot be"),  # type: ignore[arg-type]
        (lambda: ef.describe([]), "name: a list cannot be"),  # type: ignore[arg-type]
        (lambda: ef.simulate(ef.example(NOTO), "2"), "people: '2' cannot be"),  # type: ignore[arg-type]
        (
            lambda: ef.simulate(ef.example(NOTO), 2, keep="cortisol"),
            "keep: 'cortisol' cannot be. Give a list, each a text",
        ),
        (
            lambda: ef.simulate(ef.example(NOTO), 10**9),
            "1,000,000,000 persons take 5,000 GB of memory. Ask for 1 to 10,000,000",
        ),
        (lambda: ef.simulate(ef.example(NOTO), 1, settings={"age": {"mean": 50, "sd": -5}}), "sd is negative"),
        (lambda: ef.simulate(ef.example(NOTO), 1, settings={"age": {"mean": 50, "sd": "x"}}), "Give a number"),  # type: ignore[dict-item]
        (lambda: ef.contrast(ef.example(NOTO), draws=-1), "draws: -1 draws. Say 0 or more"),
        (lambda: ef.contrast(ef.example(NOTO), chosen=[]), "no outcome is chosen"),
        (lambda: ef.Person(-1), "index: person -1. Give 0 or more"),
        (lambda: ef.Cohort(np.array([0.5])), "persons are whole numbers from 0"),
        (lambda: ef.Cohort(np.array([], dtype=int)), "at least one of them"),
        (lambda: ef.measure_sleep(b"x"), "a bytes is no file"),  # type: ignore[arg-type]
        (lambda: ef.measure_sleep(ef.example("nights"), dated="noon"), "dated: 'noon' cannot be. Give 'morning' or"),  # type: ignore[arg-type]
        (lambda: ef.measure_scale(ef.example("scores"), coding={"PSQ": (1, 5)}), "no questionnaire is called so"),
        (lambda: ef.measure_scale(ef.example("scores"), coding={"PSS": 7}), "PSS: is never coded 7"),  # type: ignore[dict-item]
        (lambda: ef.compare(ef.example("two-visits"), up=1e9), "up: 1e.09 min after midnight is not in the day"),
        (lambda: ef.measure_hrv(None), "recording: None cannot be"),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(ask: Callable[[], object], said: str) -> None:
    with pytest.raises(EffleurageError, match=said) as refused:
        ask()
    assert len(refused.value.findings) == 1


def test_a_dataset_where_a_protocol_is_due_is_refused_in_a_sentence() -> None:
    world = ef.simulate(ef.example(NOTO), 1, keep=["cortisol"])
    with pytest.raises(EffleurageError, match="^protocol: a Dataset is no protocol"):
        ef.simulate(world)
    with pytest.raises(EffleurageError, match="^protocol: a Dataset is no protocol"):
        ef.twin(ef.example(NOTO), world)


def test_what_is_no_file_and_no_design_is_refused_in_a_sentence() -> None:
    readers: tuple[Callable[[Any], object], ...] = (ef.measure_saliva, ef.measure_sleep, ef.measure_scale, ef.compare)
    for ask in readers:
        with pytest.raises(EffleurageError, match="an int is no file"):
            ask(7)
    planners: tuple[Callable[[Any], object], ...] = (ef.plan, ef.conduct, ef.read_design)
    for ask in planners:
        with pytest.raises(EffleurageError, match="is no design of a trial"):
            ask(7)
    with pytest.raises(EffleurageError, match="a str has no page"):
        ef.page("a word")


def test_an_example_that_does_not_exist_names_the_nearest() -> None:
    with pytest.raises(EffleurageError, match="no example is called 'weekly-curse'. Did you mean 'weekly-course'?"):
        ef.example("weekly-curse")
    with pytest.raises(EffleurageError, match="Known: .*two-visits.*weekly-course"):
        ef.example()


@pytest.mark.parametrize(
    ("made", "columns"),
    [
        (lambda: ef.twin(ef.example(NOTO), people=2, keep=["cortisol", "vagal"]), {"world", "time", "cortisol"}),
        (lambda: ef.contrast(ef.example(NOTO), people=2, draws=2), {"quantity", "difference", "words"}),
        (lambda: ef.measure_hrv(ef.example("heartbeats")), {"outcome", "value", "reason"}),
        (lambda: ef.measure_saliva(ef.example("saliva")), {"outcome", "value", "reason"}),
        (lambda: ef.measure_sleep(ef.example("nights")), {"outcome", "value", "reason"}),
        (lambda: ef.measure_scale(ef.example("scores")), {"outcome", "value", "reason"}),
        (lambda: ef.compare(ef.example("two-visits")), {"outcome", "before", "after", "where"}),
        (lambda: ef.studies("cortisol"), {"study", "g", "low", "high"}),
        (lambda: ef.challenges("slow breathing"), {"challenge", "status", "status_1", "quote"}),
        (lambda: ef.verdict("lymph"), {"study", "answer"}),
        (lambda: ef.sensitivity("cortisol"), {"name", "percent", "share"}),
        (lambda: ef.describe("cortisol"), {"name", "value", "grade", "source"}),
        (lambda: ef.describe("wiring"), {"source", "target"}),
    ],
)
def test_a_result_shows_itself_as_line_table_figure_and_card(made: Callable[[], Any], columns: set[str]) -> None:
    result = made()
    assert columns <= set(result.to_frame().columns)
    chart = result.plot().to_dict()
    assert chart["$schema"].startswith("https://vega.github.io/schema/vega-lite")
    assert json.dumps(chart, default=str).count('"mark"') >= 1
    assert "<" in result._repr_html_()
    if type(result).__name__ != "Described":
        assert len(repr(result)) < 300 and "\n" not in repr(result)
        assert "<table" in result._repr_html_()


def test_a_figure_of_what_is_not_there_names_the_nearest() -> None:
    worlds: Any = ef.twin(ef.example(NOTO), people=1, keep=["cortisol"])
    tubes: Any = ef.measure_saliva(ef.example("saliva"))
    with pytest.raises(EffleurageError, match="'cortisl' was not recorded. Did you mean 'cortisol'?"):
        worlds.plot("cortisl")
    with pytest.raises(EffleurageError, match="'cortisl' is not in it"):
        tubes.plot("cortisl")


def test_results_know_no_figure_before_the_door_is_opened() -> None:
    code = (
        "from effleurage.lab.records import Measured; import sys; print('plot' in vars(Measured), end=' ');"
        "import effleurage as ef; ef.measure_hrv; print('plot' in vars(Measured), 'altair' in sys.modules)"
    )
    assert python(code).stdout.split() == ["False", "True", "False"]


USER = """
from typing import assert_type

import effleurage as ef

worlds = ef.twin(ef.example("noto-2010-rest"), people=2)
worlds.to_frame().head()
nights, notes = ef.read_sleep("nights.csv")
assert_type(nights[0].instrument, str)
for result in (worlds, ef.contrast("x"), ef.measure_sleep((nights, notes)), ef.compare("x"), ef.studies("x")):
    result.plot("cortisol")
for other in (ef.verdict("x"), ef.sensitivity("x"), ef.describe(), ef.validate(), ef.plan("x"), ef.conduct("x")):
    other.plot()
"""
WRONG = ("ef.twin('x').plott()", "ef.simulate(7)", "ef.simulat('x')", "ef.contrast('x', progress=7)")


@pytest.mark.slow
def test_a_type_checker_knows_the_names_what_they_take_and_what_they_give_back(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(USER + "\n".join(WRONG) + "\n", encoding="utf-8")
    root = Path(__file__).parent.parent
    check = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(script)]
    shown = subprocess.run(check, cwd=root, capture_output=True, text=True, check=False).stdout
    lines = [int(line.split(":")[1]) for line in shown.splitlines() if ": error: " in line]
    assert lines == [len(USER.splitlines()) + 1 + number for number in range(len(WRONG))], shown


def test_every_class_that_the_door_draws_is_known_to_show_itself() -> None:
    for place in LOOKS:
        home, _, kind = place.rpartition(".")
        assert issubclass(getattr(importlib.import_module(home), kind), Shown), place


def test_a_page_of_worlds_needs_nothing_else(tmp_path: Path) -> None:
    worlds = ef.contrast(ef.example(NOTO), people=2, draws=2)
    text = ef.page(worlds, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == text
    assert "<title>Simulation: Noto 2010, leg massage</title>" in text and "somewhat lower" in text
    assert text.count("<svg") >= 4 and "seed: 1" in text and "http" not in text.split("<main>")[0]
    with pytest.raises(EffleurageError, match="no file can be written there"):
        ef.page(worlds, tmp_path / "nowhere" / "page.html")


def test_what_is_saved_can_be_read_again(tmp_path: Path) -> None:
    world = ef.simulate(ef.example(NOTO), 2, keep=["cortisol"])
    folder = ef.save(world, tmp_path / "run")
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (manifest["title"], manifest["seed"], manifest["units"]) == (world.title, 1, {"cortisol": "nmol_per_L"})
    with pytest.raises(EffleurageError, match="is there already and is not empty"):
        ef.save(world, folder)
    with pytest.raises(EffleurageError, match="a str has no files"):
        ef.save("a word", tmp_path / "word")


@pytest.mark.slow
def test_a_plan_and_a_trial_are_saved_as_the_command_line_does(tmp_path: Path) -> None:
    plan = ef.plan("60 min vs quiet rest in adults with pain, pain", quick=True)
    made = {file.name for file in ef.save(plan, tmp_path / "plan", start="2027-03-01").iterdir()}
    assert {"allocation.csv", "timetable.ics", "paper.md", "analysis.py"} <= made
    trial = ef.conduct(plan.design, 4)
    assert {"data.csv", "persons.csv", "codebook.md"} <= {f.name for f in ef.save(trial, tmp_path / "trial").iterdir()}
    results: tuple[Any, ...] = (plan, trial)
    for result in results:
        assert len(result.to_frame()) and result.plot().to_dict() and "<table" in result._repr_html_()


def test_the_typical_person_has_no_luck() -> None:
    typical, other = (
        ef.simulate(ef.example(NOTO), person, keep=["cortisol"]).cortisol
        for person in (ef.Person.typical(), ef.Person(7))
    )
    again = ef.simulate(ef.example(NOTO), ef.Person.typical(), seed=9, keep=["cortisol"]).cortisol
    np.testing.assert_array_equal(typical, again)
    assert not np.allclose(typical, other)
    older = ef.simulate(ef.example(NOTO), ef.Person.typical(age=70), keep=["cortisol"])
    assert older.attrs["people"] == "typical, without luck" and older.attrs["settings"] == '{"age": 70}'
