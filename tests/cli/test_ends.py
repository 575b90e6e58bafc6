"""How the program begins and ends: streams that are full, closed or cannot print a letter, and Ctrl-C at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from effleurage.cli import ends

SAY = [sys.executable, "-c", "from effleurage.cli import main; main()"]
FULL = Path("/dev/full")
WITHIN = """
import os, signal, sys, time
from effleurage.cli.ends import at_work, ended

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

with ended():
"""
SALIVA = 'participant,minutes,cortisol_nmol_l\n"é − ☃",0,8\n"é − ☃",15,11\n"é − ☃",30,14\n'
needs_full = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


def within(code: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Carry out lines of code as a program does."""
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    return subprocess.run([sys.executable, "-c", WITHIN + lines], capture_output=True, text=True, check=False, env=env)


@needs_full
@pytest.mark.parametrize(
    "words", [("--help",), ("cache",), ("cache", "--json"), ("model", "cortisol"), ("claims", "--help")]
)
def test_output_that_cannot_be_written_is_a_line_and_a_failure(words: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run([*SAY, *words], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "effleurage: the result cannot be printed (No space left on device)\n"


@needs_full
def test_messages_that_cannot_be_written_change_nothing(tmp_path: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [*SAY, "cache"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=full, text=True, check=False
        )
        refused = subprocess.run([*SAY, "claims", "cortisl"], cwd=tmp_path, stderr=full, check=False)
    assert done.returncode == 0 and "EFFLEURAGE_CACHE" in done.stdout
    assert refused.returncode == 2


@pytest.mark.parametrize(
    ("words", "closed", "code", "told"),
    [
        ("cache", ">&-", 1, "effleurage: nothing can be printed: standard output is closed; "),
        ("--help", ">&-", 1, "effleurage: nothing can be printed: standard output is closed; "),
        ("claims cortisl", ">&-", 1, "effleurage: nothing can be printed: standard output is closed; "),
        ("claims cortisl", "2>&-", 2, ""),
        ("cache", "2>&-", 0, ""),
        ("cache", "<&-", 0, ""),
    ],
)
def test_closed_streams(words: str, closed: str, code: int, told: str, tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {words} {closed}', "sh", *SAY],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert done.stderr.startswith(told) and done.stderr.count("\n") == bool(told)
    assert bool(done.stdout) is (code == 0)


def test_a_reader_who_leaves_ends_the_program_without_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WITHIN + "    print('a line\\n' * 100_000)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout and program.stderr
        assert program.stdout.readline() == "a line\n"
        program.stdout.close()
        told = program.stderr.read()
    assert (program.returncode, told) == (1, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "ascii:strict", "utf-8", "cp1252"])
def test_a_terminal_that_lacks_letters_gets_all_the_numbers(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "saliva.csv").write_text(SALIVA, encoding="utf-8")
    program, environment = [*SAY, "measure", "saliva", "saliva.csv"], {**os.environ, "PYTHONIOENCODING": encoding}
    shown = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout
    own = encoding.partition(":")[0]
    if own != "utf-8":
        assert ("é - \\u2603" if own != "ascii" else "\\u00e9 - \\u2603") in shown.decode(own)
    assert b"14.0" in shown
    data = subprocess.run([*program, "--json"], cwd=tmp_path, env=environment, capture_output=True, check=True).stdout
    assert json.loads(data.decode(own))["table"][0]["participant"] == "é − ☃"


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ("−", "-"),
        ("µ", "u"),
        ("±", "+/-"),
        ("→", "->"),
        ("é", "\\u00e9"),
        ("10⁹", "10^9"),
        ("😀", "\\ud83d\\ude00"),
        ("\udcff", "\\udcff"),
    ],
)
def test_letters_that_ascii_lacks(sign: str, shown: str) -> None:
    done = within(f"print({sign!a})", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stdout) == (0, f"{shown}\n")


def test_before_work_begins_an_interruption_ends_the_program_at_once() -> None:
    done = within("interrupt()\ntime.sleep(20)\nprint('never')")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "effleurage: stopped\n")


def test_at_work_an_interruption_is_for_whoever_works() -> None:
    done = within("at_work()\ntry:\n    interrupt()\n    time.sleep(20)\nfinally:\n    print('tidied')")
    assert (done.returncode, done.stdout, done.stderr) == (130, "tidied\n", "effleurage: stopped\n")


def test_after_work_an_interruption_comes_too_late_to_matter() -> None:
    late = "import atexit\natexit.register(interrupt)\nat_work()\nprint('done')"
    done = within(late)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_an_interruption_that_python_drops_is_raised_again() -> None:
    code = """\
at_work()
class Gone:
    def __del__(self):
        interrupt()
        time.sleep(5)
Gone()
time.sleep(20)
print('never')"""
    began = time.monotonic()
    done = within(code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "effleurage: stopped\n")
    assert time.monotonic() - began < 15


def test_other_faults_that_python_drops_are_told_as_ever() -> None:
    done = within("class Gone:\n    def __del__(self):\n        raise ValueError('of old')\nGone()\nprint('on')")
    assert (done.returncode, done.stdout) == (0, "on\n") and "ValueError: of old" in done.stderr


BEGUN = """
import signal
from effleurage.cli import ends
signal.signal(signal.SIGINT, ends._at_once)
print("in", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0])
def test_no_moment_of_a_command_ends_in_a_traceback(
    seconds: float, started: Callable[..., subprocess.Popen[str]]
) -> None:
    with started("evidence", "cortisol", code=BEGUN) as program:
        assert program.stdout and program.stdout.readline() == "in\n"
        time.sleep(seconds)
        program.send_signal(signal.SIGINT)
        _, told = program.communicate(timeout=120)
    assert program.returncode in (0, ends.INTERRUPTED)
    assert told == ("effleurage: stopped\n" if program.returncode else "")
