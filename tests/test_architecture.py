"""The shape of the house, enforced: who may import whom, and what no module may hold.

A rule is a function from a module to its faults. Each rule is also shown broken modules, because a rule that
cannot fail guards nothing.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src"

LAYERS = (
    "cli | web > report > course > fit | trial > evidence | files > lab | runs > people > protocol"
    " > engine | body | statistics > errors > arrays"
)
"""A module imports from its own package and from those to the right of it; siblings (|) do not meet."""

FLOOR = {name: -depth for depth, row in enumerate(LAYERS.split(" > ")) for name in row.split(" | ")}
SEALED = {("lab", "body")}  # a laboratory cannot look inside the body
OWNERS = {"altair": "report", "vl_convert": "report", "typer": "cli", "rich": "cli"}
LUCK = {"numpy.random", "np.random", "jax.random", "random", "secrets"}
LUCK_HOME = "effleurage.engine.streams"
DUMPS = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST = 400
HEAVY = {"jax", "xarray", "pandas", "altair", "sympy", "libsbml", "antimony", "scipy", "pydantic", "typer", "rich"}
HEAVY |= {"dask", "distributed", "zarr"}


@dataclass(frozen=True)
class Module:
    """A Python file by its dotted name (a package's ``__init__`` keeps that last part) and its text."""

    name: str
    text: str

    @classmethod
    def read(cls, path: Path, root: Path) -> Module:
        return cls(".".join(path.relative_to(root).with_suffix("").parts), path.read_text(encoding="utf-8"))

    @property
    def layer(self) -> str:
        return self.name.split(".")[1]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))

    def of(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in self.nodes if isinstance(node, kinds))

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and dotted name of all that is imported; one of our packages named in a string counts as well."""
        found = [(node.lineno, alias.name) for node in self.of(ast.Import) for alias in node.names]
        for node in self.of(ast.ImportFrom):
            above = self.name.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
        for node in self.of(ast.Constant):
            if isinstance(node.value, str) and re.fullmatch(rf"effleurage\.({'|'.join(FLOOR)})(\.\w+)*", node.value):
                found.append((node.lineno, node.value))
        return found


def dotted(node: ast.AST) -> str:
    """``np.random.normal`` of the expression that says so; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports_point_down(module: Module) -> Iterator[str]:
    """Own package, lower packages, errors; nobody inside uses the front door, except to ask the version."""
    if module.name in ("effleurage.__init__", "effleurage.__main__"):
        return
    if module.layer not in FLOOR:
        yield f"'{module.layer}' has no place in LAYERS"
        return
    for line, target in module.imports:
        package, _, rest = target.partition(".")
        other = rest.split(".")[0]
        if package != "effleurage" or other in (module.layer, "__version__"):
            continue
        if FLOOR.get(other, 1) >= FLOOR[module.layer] or (module.layer, other) in SEALED:
            yield f"line {line}: {module.layer} may not import {target}"


def drawing_stays_at_the_edge(module: Module) -> Iterator[str]:
    """Terminal libraries belong to ``cli``, figures to ``report``."""
    for line, target in module.imports:
        owner = OWNERS.get(target.split(".")[0], module.layer)
        if owner != module.layer:
            yield f"line {line}: only {owner} may import {target}"


def luck_is_named(module: Module) -> Iterator[str]:
    """Random numbers come from named streams, made in one place."""
    if module.name != LUCK_HOME:
        said = [(node.lineno, dotted(node)) for node in module.of(ast.Attribute)]
        for line, name in [*module.imports, *said]:
            if name in LUCK or any(name.startswith(f"{luck}.") for luck in LUCK - {"np.random"}):
                yield f"line {line}: {name}; draw from {LUCK_HOME}"


def engine_knows_no_system(module: Module) -> Iterator[str]:
    """No system, quantity or input of the body is named in the engine."""
    if module.layer == "engine":
        for node in module.of(ast.Constant):
            if isinstance(node.value, str) and node.value in body_names():
                yield f"line {node.lineno}: names '{node.value}'"


def modules_are_named_after_things(module: Module) -> Iterator[str]:
    """No drawer for odds and ends."""
    yield from (f"'{part}' is no thing in the field" for part in module.name.split(".") if part in DUMPS)


def modules_are_short(module: Module) -> Iterator[str]:
    """A module is read in one sitting."""
    if (lines := len(module.text.splitlines())) > LONGEST:
        yield f"{lines} lines, more than {LONGEST}"


def nothing_is_swallowed(module: Module) -> Iterator[str]:
    """No bare ``except``."""
    yield from (f"line {node.lineno}: bare except" for node in module.of(ast.ExceptHandler) if node.type is None)


def only_the_edge_prints(module: Module) -> Iterator[str]:
    """The library returns; the command line prints."""
    if module.layer != "cli":
        prints = (node for node in module.of(ast.Call) if dotted(node.func) == "print")
        yield from (f"line {node.lineno}: prints" for node in prints)


def every_test_asserts(module: Module) -> Iterator[str]:
    """Every test can fail."""
    for test in module.of(ast.FunctionDef, ast.AsyncFunctionDef):
        if test.name.startswith("test") and not any(map(can_fail, ast.walk(test))):
            yield f"line {test.lineno}: {test.name} asserts nothing"


def can_fail(node: ast.AST) -> bool:
    """An assertion on more than a constant, or a call that asserts."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    name = dotted(node.func) if isinstance(node, ast.Call) else ""
    return name in ("pytest.raises", "pytest.warns") or name.split(".")[-1].startswith("assert_")


@cache
def body_names() -> set[str]:
    """Names of systems, and of the quantities and inputs that their ledgers declare."""
    ledgers = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in ledger_paths()}
    return {*ledgers} | {
        name for ledger in ledgers.values() for key in ("quantities", "inputs") for name in ledger.get(key, ())
    }


def ledger_paths() -> list[Path]:
    """A system is a pair of files, so a ledger is a .toml beside an .ant of the same name."""
    return [path.with_suffix(".toml") for path in (SOURCE / "effleurage" / "body").glob("*.ant")]


Rule = Callable[[Module], Iterator[str]]
RULES: list[Rule] = [
    imports_point_down,
    drawing_stays_at_the_edge,
    luck_is_named,
    engine_knows_no_system,
    modules_are_named_after_things,
    modules_are_short,
    nothing_is_swallowed,
    only_the_edge_prints,
    every_test_asserts,
]

BROKEN: list[tuple[Rule, str, str]] = [
    (imports_point_down, "body.compose", "from effleurage.engine.run import run"),
    (imports_point_down, "body.compose", "from ..engine import run"),
    (imports_point_down, "body.compose", "def f():\n    from effleurage import people"),
    (imports_point_down, "body.compose", "import_module('effleurage.engine.run')"),
    (imports_point_down, "people.cohort", "from effleurage import simulate"),
    (imports_point_down, "people.cohort", "import effleurage"),
    (imports_point_down, "people.cohort", "if TYPE_CHECKING:\n    import effleurage.lab.contrast.contrast"),
    (imports_point_down, "cli.commands", "import effleurage.web"),
    (imports_point_down, "web.app", "from effleurage.cli import show"),
    (imports_point_down, "lab.outcomes", "from effleurage.body import RESIDENT"),
    (imports_point_down, "lab.outcomes", "files('effleurage.body')"),
    (imports_point_down, "errors", "from effleurage.body import RESIDENT"),
    (imports_point_down, "novelty.thing", ""),
    (drawing_stays_at_the_edge, "engine.run", "from rich.progress import Progress"),
    (drawing_stays_at_the_edge, "report.page", "import typer"),
    (drawing_stays_at_the_edge, "cli.show", "import altair as alt"),
    (drawing_stays_at_the_edge, "web.app", "import vl_convert"),
    (luck_is_named, "people.cohort", "x = np.random.default_rng(1)"),
    (luck_is_named, "people.cohort", "from numpy.random import PCG64"),
    (luck_is_named, "people.cohort", "from numpy import random as luck"),
    (luck_is_named, "people.cohort", "import random"),
    (luck_is_named, "engine.run", "key = jax.random.key(0)"),
    (engine_knows_no_system, "engine.run", "x = states['cortisol']"),
    (engine_knows_no_system, "engine.run", "x = 'sleep'"),
    (engine_knows_no_system, "engine.run", "x = 'stroke_pressure'"),
    (modules_are_named_after_things, "engine.utils", ""),
    (modules_are_named_after_things, "common.times", ""),
    (modules_are_short, "engine.run", "x = 1\n" * (LONGEST + 1)),
    (nothing_is_swallowed, "engine.run", "try:\n    x = 1\nexcept:\n    pass"),
    (only_the_edge_prints, "report.page", "print(1)"),
    (every_test_asserts, "x.test_x", "def test_x():\n    run()"),
    (every_test_asserts, "x.test_x", "def test_x():\n    assert True"),
    (every_test_asserts, "x.test_x", "class TestX:\n    async def test_x(self):\n        run()"),
]

SOUND: list[tuple[Rule, str, str]] = [
    (imports_point_down, "lab.outcomes", "from effleurage.people import cohort\nfrom effleurage.errors import Finding"),
    (imports_point_down, "body.compose", "from . import ledger\nfrom effleurage.body import RESIDENT\nimport numpy"),
    (imports_point_down, "cli.__init__", "from effleurage import __version__"),
    (drawing_stays_at_the_edge, "cli.show", "import rich, typer"),
    (luck_is_named, "engine.streams", "x = np.random.Generator(np.random.Philox(key=1))"),
    (luck_is_named, "people.cohort", "from effleurage.engine.streams import normals\nrandom = 1"),
    (engine_knows_no_system, "people.cohort", "x = 'cortisol'"),
    (modules_are_short, "engine.run", "x = 1\n" * LONGEST),
    (only_the_edge_prints, "cli.show", "print(1)"),
    (every_test_asserts, "x.test_x", "def test_x():\n    np.testing.assert_allclose(1, 1)"),
    (every_test_asserts, "x.test_x", "def test_x():\n    with pytest.raises(ValueError):\n        int('x')"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    root, pattern = (TESTS.parent, "tests/**/*.py") if rule is every_test_asserts else (SOURCE, "effleurage/**/*.py")
    modules = [Module.read(path, root) for path in sorted(root.glob(pattern))]
    assert modules
    assert [f"{module.name}: {fault}" for module in modules for fault in rule(module)] == []


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_the_rule_finds_a_broken_module(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Module(f"effleurage.{name}", text)))


@pytest.mark.parametrize(("rule", "name", "text"), SOUND)
def test_the_rule_leaves_a_sound_module_alone(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Module(f"effleurage.{name}", text))) == []


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


def loaded_by(statement: str, folder: Path) -> set[str]:
    """Top-level modules in memory after a statement, in a fresh Python that works and lives in ``folder``."""
    here = {
        "PYTHONPATH": str(SOURCE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=os.environ | here, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_the_package_is_light_and_writes_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    loaded = loaded_by("import effleurage", tmp_path)
    assert "effleurage" in loaded
    assert loaded & HEAVY == set()
    assert list(tmp_path.iterdir()) == []


def test_a_heavy_import_would_be_seen(tmp_path: Path) -> None:
    assert loaded_by("import effleurage, pydantic", tmp_path) & HEAVY == {"pydantic"}
