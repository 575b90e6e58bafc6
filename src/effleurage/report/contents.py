"""Pages on disk, and the ``index.html`` that lists those of a folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote

from effleurage.report.pages import page
from effleurage.runs.disk import write_file

INDEX = "index.html"
ENDINGS = (".html", ".htm")
_HEAD = 4096
"""Bytes of a file in which its head is looked for: ours stands before any style."""
_OURS = re.compile(r'<meta name="generator" content="Effleurage [^"]*">\s*<meta name="effleurage" content="(\w+)">')
_DAY = re.compile(r'<meta name="date" content="(\d{4}-\d\d-\d\d)">')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class Listed:
    """A page of ours in a folder: the ``name`` of its file, its ``title``, and the ``day`` it was made, if known."""

    name: str
    title: str
    day: str

    @property
    def address(self) -> str:
        """Its name as a link."""
        return quote(os.fsencode(self.name))

    @property
    def shown(self) -> str:
        """Its name as text, whatever bytes it has."""
        return os.fsencode(self.name).decode("utf-8", "replace")


def publish(path: Path, text: str) -> None:
    """Write a page, and list it in the ``index.html`` of its folder; each whole or not at all.

    An ``index.html`` that is not such a list is somebody's, and stays as it is. Raises ``RunError`` where folder or
    disk do not let us.
    """
    write_file(path, text)
    if path.is_file() and path.suffix.lower() in ENDINGS:
        _list(path.absolute().parent)


def pages_of(folder: Path) -> list[Listed]:
    """The pages of ours in a folder, the newest first; what cannot be read is none of them."""
    found = []
    for path in sorted(folder.iterdir()):
        head = _head(path) if path.suffix.lower() in ENDINGS else ""
        if _kind(head) == "page":
            title, day = _TITLE.search(head), _DAY.search(head)
            told = " ".join(unescape(title[1]).split()) if title else ""
            found.append(Listed(path.name, told, day[1] if day else ""))
    return sorted(found, key=lambda one: one.day, reverse=True)


def _list(folder: Path) -> None:
    """Write the list anew until it tells what is there: another command may have written a page meanwhile."""
    index, written = folder / INDEX, ""
    while os.path.lexists(index) is False or _kind(_head(index)) == "contents":
        text = page("contents.html", pages=pages_of(folder))
        if text == written:
            break
        write_file(index, text)
        written = text


def _head(path: Path) -> str:
    """The first bytes of a file as text; empty for what cannot be read."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return ""


def _kind(head: str) -> str:
    """``page`` or ``contents`` by the meta tags of the head; empty for what is not ours."""
    ours = _OURS.search(head)
    return ours[1] if ours else ""
