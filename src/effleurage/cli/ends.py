"""How the program begins and ends: what cannot be printed, a pipe that closes, and Ctrl-C, each with its exit status.

Only Python's own modules are imported here, so that even the first moment is covered.
"""

from __future__ import annotations

import codecs
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TextIO

FAILED, INTERRUPTED = 1, 130
"""Exit status where the result could not be printed, and after Ctrl-C."""
STOPPED = "stopped"
PLAINLY = "effleurage.plainly"
"""How a terminal that lacks a character shows it: in ASCII where there is a custom, else as its number."""
_ASCII = str.maketrans({
    "−": "-", "–": "-", "—": "-", "±": "+/-", "×": "x", "·": "*", "→": "->", "≤": "<=", "≥": ">=", "µ": "u", "μ": "u",
    "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "⁻": "^-",
    **{digit: f"^{value}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
})  # fmt: skip
_SOON = 0.05
"""Seconds until an interruption that Python has dropped is raised again."""


class Unprinted(Exception):
    """Standard output took nothing more; ``quiet`` where its reader has left, which is no fault."""

    def __init__(self, why: str, *, quiet: bool = False) -> None:
        self.quiet = quiet
        super().__init__(why)


class _Out(io.FileIO):
    """A standard stream whose refusal is told from any other file's: ``Unprinted``; of messages, nothing at all."""

    def __init__(self, number: int, *, is_needed: bool) -> None:
        self._is_needed = is_needed
        super().__init__(number, "w", closefd=False)

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError as fault:
            if self._is_needed:
                raise Unprinted(str(fault.strerror or fault), quiet=isinstance(fault, BrokenPipeError)) from None
            return len(data)


@contextmanager
def ended() -> Iterator[None]:
    """Carry out a program within: its output is printed or it fails in one line, and Ctrl-C ends it with 130.

    Before work begins and after it is done there is nothing to tidy, so an interruption ends the program at once, or
    comes too late to matter. Raises ``SystemExit`` where output could not be printed.
    """
    signal.signal(signal.SIGINT, _at_once)
    sys.unraisablehook = _again
    codecs.register_error(PLAINLY, _plainly)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  for as long as the program lasts
    if sys.stdout is None:
        _say("nothing can be printed: standard output is closed; to drop what is printed, say > /dev/null")
        raise SystemExit(FAILED)
    sys.stdout, sys.stderr = _stream(sys.stdout, is_needed=True), _stream(sys.stderr, is_needed=False)
    try:
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, _at_once)
            sys.stdout.flush()
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and printed
    except KeyboardInterrupt:
        _say(STOPPED)
        _leave()
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:
            _leave()
        raise
    except Unprinted as refused:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left to print goes nowhere
        if not refused.quiet:
            _say(f"the result cannot be printed ({refused})")
        raise SystemExit(FAILED) from None


def _leave() -> NoReturn:
    """End after an interruption, all that was begun having been tidied up.

    Python's own end is left out: it takes the interpreter from below threads of compiled code that are still at work,
    and one of them may abort the program.
    """
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def at_work() -> None:
    """From now on an interruption of the program is ``KeyboardInterrupt``, for whoever works to tidy up after."""
    if signal.getsignal(signal.SIGINT) is _at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _at_once(*_: Any) -> None:
    os.write(2, f"effleurage: {STOPPED}\n".encode())
    os._exit(INTERRUPTED)


def _stream(stream: TextIO, *, is_needed: bool) -> TextIO:
    """A standard stream that prints every character and refuses in our way; any other stream as it is."""
    number = 1 if is_needed else 2
    own = sys.__stdout__ if is_needed else sys.__stderr__
    if os.name != "posix" or stream is not own or stream.fileno() != number:
        return stream
    stream.flush()
    encoding = stream.encoding
    raw = _Out(number, is_needed=is_needed)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, PLAINLY, line_buffering=stream.line_buffering or not is_needed
    )


def _plainly(fault: UnicodeError) -> tuple[str, int]:
    """Characters that a stream cannot print: in ASCII, else as in JSON."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    missing = fault.object[fault.start : fault.end].translate(_ASCII)
    return "".join(sign if ord(sign) < 128 else _number(sign) for sign in missing), fault.end


def _number(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _again(dropped: Any) -> None:
    """An interruption that came where Python can raise nothing is raised again soon; all else is as ever."""
    if isinstance(dropped.exc_value, KeyboardInterrupt):
        main = threading.main_thread().ident
        threading.Timer(_SOON, signal.pthread_kill, (main, signal.SIGINT)).start()
    else:
        sys.__unraisablehook__(dropped)


def _say(text: str) -> None:
    sys.stderr.write(f"effleurage: {text}\n")
