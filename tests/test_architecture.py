"""The shape of the house, enforced: who may import whom, and what no module may hold.

A rule is a function from a module to its faults, or from all of them to the faults of the whole. Each rule is also
shown broken modules, because a rule that cannot fail guards nothing.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src"

LAYERS = (
    "cli | web > report > course > fit | trial > evidence | files > lab | runs > people > protocol"
    " > engine | body | statistics > asked | shown | words > errors > arrays"
)
"""A module imports from its own package and from those to the right of it; siblings (|) do not meet."""

FLOOR = {name: -depth for depth, row in enumerate(LAYERS.split(" > ")) for name in row.split(" | ")}
SEALED = {("lab", "body")}  # a laboratory cannot look inside the body
OWNERS = {"altair": "report", "vl_convert": "report", "typer": "cli", "rich": "cli"}
LUCK = {"numpy.random", "np.random", "jax.random", "random", "secrets"}
LUCK_HOME = "effleurage.engine.streams"
EXPORTED = "effleurage.report.trial.analysis_template"
DUMPS = {"utils", "util", "helpers", "helper", "common", "misc"}
PRONOUNS = {"found", "told", "said", "one"}
LONGEST = 300
"""Lines of a module, unless one of them says ``# long: why``."""
LONGEST_FUNCTION = 60
"""Lines of a function, signature and docstring apart."""
HEAVY = {"jax", "xarray", "pandas", "altair", "sympy", "libsbml", "antimony", "scipy", "pydantic", "typer", "rich"}
HEAVY |= {"dask", "distributed", "zarr"}

Node = TypeVar("Node", bound=ast.AST)


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

    def of(self, kind: type[Node]) -> Iterator[Node]:
        return (node for node in self.nodes if isinstance(node, kind))

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    @cached_property
    def statements(self) -> list[tuple[int, str]]:
        """Line and dotted name of all that a statement imports."""
        found = [(node.lineno, alias.name) for node in self.of(ast.Import) for alias in node.names]
        for node in self.of(ast.ImportFrom):
            above = self.name.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
        return found

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """The same, where one of our packages that is named in a string counts as well."""
        found = list(self.statements)
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
    """A module is read in one sitting, or says in a line why it is longer: ``# long: why``."""
    reason = re.search(r"^# long: \w.{9,}$", module.text, re.MULTILINE)
    if (lines := len(module.text.splitlines())) > LONGEST and not reason:
        yield f"{lines} lines, more than {LONGEST}"


def functions_are_short(module: Module) -> Iterator[str]:
    """A function is seen whole."""
    for node in module.functions:
        if (lines := lines_of(node)) > LONGEST_FUNCTION:
            yield f"{node.name}: {lines} lines, more than {LONGEST_FUNCTION}"


def parameters_are_named_after_things(module: Module) -> Iterator[str]:
    """A parameter says what it is; the pronouns of the house stay inside a function."""
    for node in module.functions:
        said = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)} & PRONOUNS
        yield from (f"line {node.lineno}: '{name}' in {node.name} says not what it is" for name in sorted(said))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body after its docstring."""
    last = function.body[0].end_lineno if ast.get_docstring(function) is not None else function.body[0].lineno - 1
    return (function.end_lineno or 0) - (last or 0)


def nothing_is_swallowed(module: Module) -> Iterator[str]:
    """No bare ``except``."""
    yield from (f"line {node.lineno}: bare except" for node in module.of(ast.ExceptHandler) if node.type is None)


def only_the_edge_prints(module: Module) -> Iterator[str]:
    """The library returns; the command line prints, and so does a script that leaves the house."""
    if module.layer != "cli" and module.name != EXPORTED:
        prints = (node for node in module.of(ast.Call) if dotted(node.func) == "print")
        yield from (f"line {node.lineno}: prints" for node in prints)


def every_test_asserts(module: Module) -> Iterator[str]:
    """Every test can fail."""
    for test in module.functions:
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


def no_import_goes_round(modules: Sequence[Module]) -> Iterator[str]:
    """No module needs itself by way of others, not even for a type; the front door, asked for its version, is apart."""
    near = {module.name: imported(module, modules) for module in modules if module.name != "effleurage.__init__"}
    for name in near:
        ring = path_round(name, near)
        if ring and name == min(ring):
            yield " <- ".join(ring)


def imported(module: Module, modules: Sequence[Module]) -> set[str]:
    """Names of those of our modules that a statement of ``module`` imports."""
    names = {other.name for other in modules}
    homes = {target if target in names else f"{target}.__init__" for _, target in module.statements}
    homes |= {target.rpartition(".")[0] for _, target in module.statements}
    homes |= {f"{target.rpartition('.')[0]}.__init__" for _, target in module.statements}
    return (homes & names) - {"effleurage.__init__"}


def path_round(name: str, near: Mapping[str, set[str]]) -> list[str]:
    """The shortest way from a module back to itself, both ends left out but one; empty where there is none."""
    ways, seen = [[name]], {name}
    for way in ways:
        for other in sorted(near.get(way[-1], ())):
            if other == name:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


def names_differ_within_a_folder(modules: Sequence[Module]) -> Iterator[str]:
    """Under one top folder a module's name is said of one module only."""
    homes: dict[tuple[str, str], list[str]] = {}
    for module in modules:
        home, _, name = module.name.rpartition(".")
        if name != "__init__":
            homes.setdefault((module.layer, name), []).append(home)
    yield from (f"{name} stands in {' and in '.join(found)}" for (_, name), found in homes.items() if len(found) > 1)


Rule = Callable[[Module], Iterator[str]]
Whole = Callable[[Sequence[Module]], Iterator[str]]
RULES: list[Rule] = [
    imports_point_down,
    drawing_stays_at_the_edge,
    luck_is_named,
    engine_knows_no_system,
    modules_are_named_after_things,
    modules_are_short,
    functions_are_short,
    parameters_are_named_after_things,
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
    (modules_are_short, "engine.run", "# long:\n" + "x = 1\n" * LONGEST),
    (functions_are_short, "engine.run", "def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION + 1)),
    (functions_are_short, "engine.run", "class A:\n  async def f():\n    ''" + "\n    x = 1" * (LONGEST_FUNCTION + 1)),
    (parameters_are_named_after_things, "engine.run", "def f(found): return found"),
    (parameters_are_named_after_things, "engine.run", "class A:\n    def f(self, *, said=1): return said"),
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
    (modules_are_short, "engine.run", "# long: one table of units, read as a whole\n" + "x = 1\n" * LONGEST),
    (
        functions_are_short,
        "engine.run",
        "def f(\n    a,\n):\n    '''A.\n\n    B.\n    '''" + "\n    x = 1" * LONGEST_FUNCTION,
    ),
    (parameters_are_named_after_things, "engine.run", "def f(plan):\n    found = plan\n    return found"),
    (only_the_edge_prints, "cli.show", "print(1)"),
    (every_test_asserts, "x.test_x", "def test_x():\n    np.testing.assert_allclose(1, 1)"),
    (every_test_asserts, "x.test_x", "def test_x():\n    with pytest.raises(ValueError):\n        int('x')"),
]


WHOLES: list[Whole] = [no_import_goes_round, names_differ_within_a_folder]

BROKEN_HOUSES: list[tuple[Whole, dict[str, str]]] = [
    (no_import_goes_round, {"lab.a": "from effleurage.lab.b import f", "lab.b": "from effleurage.lab.a import g"}),
    (no_import_goes_round, {"lab.a": "def f():\n    from effleurage.lab import b", "lab.b": "import effleurage.lab.a"}),
    (
        no_import_goes_round,
        {
            "lab.a": "if TYPE_CHECKING:\n    from effleurage.lab.b import f",
            "lab.b": "from effleurage.lab.c import g",
            "lab.c": "from effleurage.lab import a",
        },
    ),
    (no_import_goes_round, {"lab.__init__": "from effleurage.lab.a import f", "lab.a": "from effleurage.lab import f"}),
    (names_differ_within_a_folder, {"lab.heart.units": "", "lab.saliva.units": ""}),
    (names_differ_within_a_folder, {"lab.units": "", "lab.saliva.deep.units": ""}),
]

SOUND_HOUSES: list[tuple[Whole, dict[str, str]]] = [
    (
        no_import_goes_round,
        {"lab.a": "from effleurage.lab import b, c", "lab.b": "import effleurage.lab.c", "lab.c": ""},
    ),
    (no_import_goes_round, {"__init__": "import effleurage.lab.a", "lab.a": "from effleurage import __version__"}),
    (names_differ_within_a_folder, {"lab.units": "", "files.units": "", "lab.a.__init__": "", "lab.b.__init__": ""}),
]


@cache
def modules_of(root: Path, pattern: str) -> tuple[Module, ...]:
    return tuple(Module.read(path, root) for path in sorted(root.glob(pattern)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    tested = rule is every_test_asserts
    modules = modules_of(TESTS.parent, "tests/**/*.py") if tested else modules_of(SOURCE, "effleurage/**/*.py")
    assert modules
    assert [f"{module.name}: {fault}" for module in modules for fault in rule(module)] == []


@pytest.mark.parametrize("rule", WHOLES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Whole) -> None:
    assert set(rule(modules_of(SOURCE, "effleurage/**/*.py"))) == set()


@pytest.mark.parametrize(("rule", "texts"), BROKEN_HOUSES)
def test_the_rule_finds_a_broken_house(rule: Whole, texts: dict[str, str]) -> None:
    assert len(list(rule([Module(f"effleurage.{name}", text) for name, text in texts.items()]))) == 1


@pytest.mark.parametrize(("rule", "texts"), SOUND_HOUSES)
def test_the_rule_leaves_a_sound_house_alone(rule: Whole, texts: dict[str, str]) -> None:
    assert list(rule([Module(f"effleurage.{name}", text) for name, text in texts.items()])) == []


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_the_rule_finds_a_broken_module(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Module(f"effleurage.{name}", text)))


@pytest.mark.parametrize(("rule", "name", "text"), SOUND)
def test_the_rule_leaves_a_sound_module_alone(rule: Rule, name: str, text: str) -> None:
    assert list(rule(Module(f"effleurage.{name}", text))) == []


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)
    assert {rule for rule, _ in BROKEN_HOUSES} == set(WHOLES)


def layers_told(page: str) -> list[str]:
    """Every line of a page that shows an order of our layers."""
    return re.findall(r"^ +(cli\b.* > .*)$", page, re.MULTILINE)


def test_contributing_shows_the_order_that_is_enforced() -> None:
    assert layers_told((TESTS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")) == [LAYERS]


def test_another_order_on_the_page_would_be_seen() -> None:
    assert layers_told("so:\n\n    cli > body > lab\n") == ["cli > body > lab"] != [LAYERS]


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
