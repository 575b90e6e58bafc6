"""What an equation file says, statement by statement: who defines which quantity, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from effleurage.errors import Finding

FUNCTIONS = frozenset({"exp", "ln", "sqrt", "tanh", "floor", "pi", "time", "at"})
_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"(?<![\w.^])(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])")
_PURE_NUMBERS = frozenset({"0", "1", "2"})


@dataclass(frozen=True)
class Equation:
    """One definition: a rate of change, an algebraic rule, or what an event sets.

    ``kind`` is ``rate`` (d/dt per minute), ``rule`` or ``event``; an event also has a ``trigger``.
    """

    target: str
    kind: str
    expression: str
    system: str
    line: int
    event: str = ""
    trigger: str = ""

    @property
    def reads(self) -> frozenset[str]:
        """Names the definition reads, itself excluded."""
        return names_in(self.expression + " " + self.trigger) - {self.target}


def names_in(expression: str) -> frozenset[str]:
    """Quantity and parameter names in an expression."""
    return frozenset(_NAME.findall(expression)) - FUNCTIONS


def substitute(expression: str, old: str, new: str) -> str:
    """Replace a name by another, whole words only."""
    return re.sub(rf"\b{old}\b", new, expression)


def read_equations(text: str, system: str) -> tuple[list[Equation], list[Finding]]:
    """Split a system's Antimony text into equations; findings name file and line."""
    equations: list[Equation] = []
    findings: list[Finding] = []
    for line, statement in _statements(text):
        where = f"{system}.ant, line {line}"
        found = list(_equations(statement, system, line))
        if not found:
            findings.append(
                Finding(where, f"cannot read '{statement[:60]}'", "Write x' = …;  x := …;  or  name: at (…): x = …;")
            )
        for equation in found:
            bare = [n for n in _NUMBER.findall(equation.expression + " " + equation.trigger) if n not in _PURE_NUMBERS]
            findings += [
                Finding(where, f"bare number {n} in the equation of {equation.target}", "Make it a row of the ledger.")
                for n in bare
            ]
        equations += found
    return equations, findings


def _statements(text: str) -> Iterator[tuple[int, str]]:
    clean = re.sub(r"//[^\n]*", "", text)
    line = 1
    for piece in clean.split(";"):
        body = piece.lstrip()
        start = line + piece[: len(piece) - len(body)].count("\n")
        line += piece.count("\n")
        if body.strip():
            yield start, " ".join(body.split())


def _equations(statement: str, system: str, line: int) -> Iterator[Equation]:
    if event := re.fullmatch(r"(\w+)\s*:\s*at\s*(\(.*\))\s*:\s*(.+)", statement):
        name, trigger, assignments = event.groups()
        for assignment in _split_top(assignments):
            target, _, expression = assignment.partition("=")
            yield Equation(target.strip(), "event", expression.strip(), system, line, name, trigger)
    elif rate := re.fullmatch(r"(\w+)'\s*=\s*(.+)", statement):
        yield Equation(rate[1], "rate", rate[2], system, line)
    elif rule := re.fullmatch(r"(\w+)\s*:=\s*(.+)", statement):
        yield Equation(rule[1], "rule", rule[2], system, line)


def _split_top(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield text[start:index]
            start = index + 1
    yield text[start:]
