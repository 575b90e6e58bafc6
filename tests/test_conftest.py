"""What is skipped fails in continuous integration and is told elsewhere; what will not last fails everywhere."""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="the public data sets are not here")
def test_mark(): ...

def test_call():
    pytest.skip("the shared cases are not here")

@pytest.mark.skipif(True, reason="root may write everywhere")
def test_excused(): ...

@pytest.mark.xfail(reason="known")
def test_known():
    assert False

def test_sound():
    assert True
"""
MODULE = "import pytest\npytest.importorskip('a_referee_that_nobody_has')\ndef test_it(): ...\n"


@pytest.mark.parametrize(
    ("said", "outcomes"),
    [
        ("true", {"failed": 1, "errors": 2, "skipped": 1}),
        ("", {"skipped": 4}),
        ("false", {"skipped": 4}),
    ],
)
def test_no_referee_is_skipped_in_continuous_integration(
    pytester: pytest.Pytester,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    outcomes: dict[str, int],
) -> None:
    monkeypatch.setenv("CI", said)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    ours = pytestconfig.pluginmanager.get_plugin(str(Path(__file__).parent / "conftest.py"))
    pytester.makepyfile(test_some=TESTS, test_module=MODULE)
    found = pytester.runpytest_inprocess("--continue-on-collection-errors", plugins=[ours])
    found.assert_outcomes(passed=1, xfailed=1, **outcomes)
    if said == "true":
        found.stdout.fnmatch_lines(["*the public data sets are not here: with CI set nothing is skipped*"])


def warner(module: str) -> Callable[[], None]:
    """A function of some module that does what will not last."""
    made = types.ModuleType(module)
    exec("import warnings\ndef old():\n    warnings.warn('will not last', DeprecationWarning)", made.__dict__)  # noqa: S102
    found: Callable[[], None] = made.old
    return found


def test_what_will_not_last_is_an_error_of_ours_and_nobody_elses() -> None:
    with pytest.raises(DeprecationWarning, match="will not last"):
        warner("effleurage.lab.x")()
    warner("xarray.core.x")()
