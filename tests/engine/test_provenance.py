"""The key of what is kept: it moves with everything that lives depend on, and nothing is kept without one."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from effleurage.body.compose import Body
from effleurage.body.ledger import Input, Quantity
from effleurage.body.parameter import Parameter
from effleurage.engine import program as programs
from effleurage.engine import provenance, run, settle
from effleurage.engine.cache import is_place
from effleurage.engine.flowing import Flowing
from effleurage.engine.program import Program, load_program
from effleurage.engine.provenance import GROUND, LAYERS, LIBRARIES, PACKAGE, code, cpu, key, processor, versions
from effleurage.protocol.model import Protocol
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.lives import bank as banks
from effleurage.trial.lives.bank import bank

SOURCE = Path(__file__).parents[2] / "src" / "effleurage"
TABLES = sorted(
    str(path.relative_to(PACKAGE))
    for layer in LAYERS
    for path in (PACKAGE / layer).rglob("*")
    if path.is_file() and path.suffix not in (".py", ".pyc")
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name in GROUND:
        (tmp_path / name).write_text(f"x = '{name}'")
    for layer in LAYERS:
        (tmp_path / layer / "deep").mkdir(parents=True)
        (tmp_path / layer / "code.py").write_text(f"x = '{layer}'")
        (tmp_path / layer / "deep" / "table.toml").write_text("a = 1")
    return tmp_path


def all_codes(package: Path) -> dict[str, str]:
    code.cache_clear()
    return {layer: code(layer, package) for layer in LAYERS}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("change", ["line", "table", "new file", "renamed", "moved border"])
def test_code_moves_with_its_layer_and_all_below_and_with_none_above(package: Path, layer: str, change: str) -> None:
    before = all_codes(package)
    file, table = package / layer / "code.py", package / layer / "deep" / "table.toml"
    if change == "line":
        file.write_text(file.read_text() + "\n")
    elif change == "table":
        table.write_text("a = 2")
    elif change == "new file":
        (package / layer / "more.csv").write_text("")
    elif change == "renamed":
        file.rename(file.with_name("other.py"))
    else:
        file.write_text(file.read_text()[:-1])
        table.write_text("'" + table.read_text())
    moved = {name for name, found in all_codes(package).items() if found != before[name]}
    assert moved == {*LAYERS[LAYERS.index(layer) :]}


@pytest.mark.parametrize("name", GROUND)
def test_code_moves_with_the_ground_of_all_layers(package: Path, name: str) -> None:
    before = all_codes(package)
    (package / name).write_text("x = 2")
    assert all(found != before[layer] for layer, found in all_codes(package).items())


def test_code_stays_where_python_has_only_compiled(package: Path) -> None:
    before = all_codes(package)
    (package / "engine" / "__pycache__").mkdir()
    (package / "engine" / "__pycache__" / "code.pyc").write_bytes(b"x")
    assert all_codes(package) == before


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own layers, to be changed."""
    copy = tmp_path_factory.mktemp("package")
    for layer in LAYERS:
        shutil.copytree(PACKAGE / layer, copy / layer, ignore=shutil.ignore_patterns("__pycache__"))
    for name in GROUND:
        shutil.copy(PACKAGE / name, copy / name)
    return copy


@pytest.mark.parametrize("name", TABLES)
def test_the_key_of_lives_moves_with_every_table_we_ship(copied: Path, name: str) -> None:
    """Every table of the laboratory, of the body, of stimuli and of published results."""
    before = all_codes(copied)["trial"]
    table = copied / name
    said = table.read_bytes()
    table.write_bytes(said + b"\n")
    try:
        assert all_codes(copied)["trial"] != before
    finally:
        table.write_bytes(said)


def test_the_tables_of_the_laboratory_are_among_them() -> None:
    assert {name.split("/")[0] for name in TABLES} >= {"body", "protocol", "lab", "evidence"}
    assert sum(name.startswith("lab/") for name in TABLES) >= 5


def test_each_layer_rests_on_those_before_it_alone() -> None:
    """So that the code of a layer is all that what it makes depends on."""
    for place, layer in enumerate(LAYERS):
        below = {"effleurage", *LAYERS[: place + 1], *(name.removesuffix(".py") for name in GROUND)}
        for path in (SOURCE / layer).rglob("*.py"):
            assert (str(path), set(ours(path.read_text(encoding="utf-8"))) - below) == (str(path), set())


def ours(source: str) -> Iterator[str]:
    """The parts of our package that a source imports, by their first name; ``effleurage`` where it is the version."""
    for node in ast.walk(ast.parse(source)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else names
        yield from (name.split(".")[1] if "." in name else name for name in names if name.startswith("effleurage"))


def test_a_key_moves_with_what_it_is_about() -> None:
    about = ("seed", 1, np.arange(3.0).tobytes(), ("a", 0.5))
    others = [("seed", 2, *about[2:]), (*about[:2], np.arange(4.0).tobytes(), about[3]), (*about[:3], ("a", 0.25))]
    keys = [key("engine", *about), key("trial", *about), *(key("engine", *other) for other in others)]
    assert key("engine", *about) == keys[0]
    assert len({*keys}) == len(keys)


def test_versions_and_processor_are_said() -> None:
    assert {"effleurage", "jax", "jaxlib", "numpy", "sympy"} <= {*versions()}
    assert cpu() in processor()
    assert processor() != cpu()


class Asked(Exception):
    """Ends a question where it looks for what is kept; says where."""


Ask = Callable[[], Any]


def places(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> str:
    """Where a question looks for what is kept."""

    def asked(place: str, *_: object) -> None:
        assert is_place(place)
        raise Asked(place)

    for module, name in ((banks, "kept"), (run, "kept"), (programs, "kept"), (settle, "kept_array")):
        monkeypatch.setattr(module, name, asked)
    with pytest.raises(Asked) as found:
        ask()
    return str(found.value)


def lives(seed: int = 1, persons: int = 128, **said: Any) -> Ask:
    arms = Arm(name="massage"), Arm(name="rest", kind="rest")
    told = {"title": "one hour", "arms": arms, "outcomes": (Measure(outcome="VAS stress"),), **said}
    return lambda: bank(Design(**told), persons, seed)


def start(program: Program, body: Body, constants: np.ndarray | None = None) -> Ask:
    who = np.asarray(program.constant_values)[:, None] if constants is None else constants
    day = Protocol(title="a day", days=1).ordinary_day()
    return lambda: settle.settled_states(program, who, day, body.slow)


def traced(size: int, name: str = "advance x") -> Ask:
    return lambda: run._Kept(lambda values: values, name)(np.zeros(size))


def made_ready(digest: str = "x") -> Ask:
    return lambda: load_program(lambda: "", digest)


@pytest.fixture
def questions(program: Program, body: Body) -> dict[str, Ask]:
    return {"banks": lives(), "settled": start(program, body), "traced": traced(3), "program": made_ready()}


@pytest.mark.parametrize("kind", ["banks", "settled", "traced", "program"])
@pytest.mark.parametrize("library", ["effleurage", *LIBRARIES])
def test_every_key_holds_every_version(
    kind: str, library: str, questions: dict[str, Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places(monkeypatch, questions[kind])
    assert places(monkeypatch, questions[kind]) == before
    monkeypatch.setattr(provenance, "versions", lambda: {**versions(), library: "0.0.1"})
    assert places(monkeypatch, questions[kind]) != before


@pytest.mark.parametrize("kind", ["banks", "settled", "traced", "program"])
def test_every_key_holds_the_code_of_the_engine(
    kind: str, questions: dict[str, Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places(monkeypatch, questions[kind])
    monkeypatch.setattr(provenance, "code", lambda layer: f"another {LAYERS.index(layer) >= LAYERS.index('engine')}")
    assert places(monkeypatch, questions[kind]) != before


@pytest.mark.parametrize("kind", ["banks", "settled", "traced"])
def test_every_key_of_what_was_computed_holds_the_processor(
    kind: str, questions: dict[str, Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places(monkeypatch, questions[kind])
    monkeypatch.setattr(provenance, "cpu", lambda: "another")
    assert places(monkeypatch, questions[kind]) != before


def other_value(name: str) -> Any:
    words = {"scale": "linear", "gain": "calm", "settle": "mean", "grade": "A"}
    return words.get(name, True if name in ("covariate", "readout", "vital") else 0.123456)


ROWS = [
    (row.__name__, field.name)
    for row in (Parameter, Quantity, Input)
    for field in fields(row)
    if field.name not in ("name", "system")
]


@pytest.mark.parametrize(("row", "name"), ROWS)
def test_the_key_of_lives_holds_every_field_of_the_ledger(
    row: str, name: str, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places(monkeypatch, lives())
    group = {"Parameter": "parameters", "Quantity": "quantities", "Input": "inputs"}[row]
    system = next(system for system in body.systems if getattr(system, group))
    first, found = next(iter(getattr(system, group).items()))
    rows: Any = {**getattr(system, group), first: replace(found, **{name: other_value(name)})}
    changed = replace(system, **{group: rows})
    systems = tuple(changed if one is system else one for one in body.systems)
    monkeypatch.setattr(banks, "body_of", lambda _: replace(body, systems=systems))
    assert places(monkeypatch, lives()) != before


def test_the_key_of_lives_holds_all_that_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    arms = Arm(name="massage"), Arm(name="rest", kind="rest")
    asked = {
        "as it is": lives(),
        "seed": lives(seed=2),
        "people": lives(persons=129),
        "settings": lives(people={"age": 60.0}),
        "minutes": lives(arms=(Arm(name="massage", minutes=30), arms[1])),
        "arms": lives(arms=arms[::-1]),
        "outcome": lives(outcomes=(Measure(outcome="cortisol"),)),
        "hour": lives(outcomes=(Measure(outcome="VAS stress", after=30),)),
    }
    found = {name: places(monkeypatch, ask) for name, ask in asked.items()}
    assert len({*found.values()}) == len(found), found


def test_the_key_of_a_settled_start_holds_who_and_which_day(
    program: Program, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    typical = np.asarray(program.constant_values)[:, None]
    found = {places(monkeypatch, start(program, body, values)) for values in (typical, np.nextafter(typical, np.inf))}
    found.add(places(monkeypatch, start(replace(program, digest="x"), body)))
    found.add(places(monkeypatch, start(replace(program, flowing=Flowing()), body)))
    later = Protocol(title="a day", days=1, people={"wake_time": 8.0}).ordinary_day()
    found.add(places(monkeypatch, lambda: settle.settled_states(program, typical, later, body.slow)))
    fewer = dict(list(body.slow.items())[1:])
    day = Protocol(title="a day", days=1).ordinary_day()
    found.add(places(monkeypatch, lambda: settle.settled_states(program, typical, day, fewer)))
    assert len(found) >= 5


def test_the_key_of_what_was_traced_holds_shapes_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (traced(3), traced(4), traced(3, "observe x"), traced(3, "advance y"), made_ready(), made_ready("y"))
    assert len({places(monkeypatch, ask) for ask in asked}) == len(asked)


def kept_places(source: str) -> Iterator[tuple[int, bool]]:
    """Line of each place that a source gives to ``kept`` or ``kept_array``, and whether it holds a key."""
    tree = ast.parse(source)
    made = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

    def holds(node: ast.AST, inside: ast.AST) -> bool:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            returned = ast.walk(made[node.func.id]) if node.func.id in made else ()
            values = [one.value for one in returned if isinstance(one, ast.Return) and one.value]
            return node.func.id == "key" or any(holds(value, made[node.func.id]) for value in values)
        if isinstance(node, ast.Name):
            given = [one for one in ast.walk(inside) if isinstance(one, ast.Assign)]
            named = [one.value for one in given if any(ast.unparse(target) == node.id for target in one.targets)]
            return any(holds(value, inside) for value in named)
        return isinstance(node, (ast.JoinedStr, ast.FormattedValue)) and any(
            holds(one, inside) for one in ast.iter_child_nodes(node)
        )

    for function in made.values():
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("kept", "kept_array"):
                yield node.lineno, holds(node.args[0], function)


def test_nothing_is_kept_without_a_key() -> None:
    door = SOURCE / "engine" / "kept.py"
    found = {
        f"{path.relative_to(SOURCE)}:{line}": holds
        for path in SOURCE.rglob("*.py")
        if path != door
        for line, holds in kept_places(path.read_text(encoding="utf-8"))
    }
    assert {place.split(":")[0] for place in found} >= {"engine/program.py", "engine/run.py", "engine/settle.py"}
    assert [place for place, holds in found.items() if not holds] == []


@pytest.mark.parametrize(
    ("place", "holds"),
    [
        ("f'banks/{key(1)}.npz'", True),
        ("f'banks/{own}'", True),
        ("own_name()", True),
        ("f'banks/{seed}'", False),
        ("'banks/0123'", False),
        ("name()", False),
    ],
)
def test_a_place_without_a_key_would_be_seen(place: str, holds: bool) -> None:
    source = f"def own_name():\n    return f'x/{{key(2)}}'\ndef f(seed):\n    own = key(seed)\n    kept({place}, 1)\n"
    assert list(kept_places(source)) == [(5, holds)]
