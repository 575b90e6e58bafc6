"""Files that come with Effleurage, for whoever has none of their own yet; most hold invented people."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from effleurage.asked import asked
from effleurage.errors import Finding, RequestError, nearest

_FOLDER = Path(str(files("effleurage"))) / "examples"


@asked
def example(name: str = "") -> Path:
    """The path of a file that comes with Effleurage, by its name with or without the ending.

    Whatever takes a file of yours takes it: protocols, a trial, measurements. Raises ``RequestError`` with the nearest
    name for one that does not exist, and with all of them for none.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.example("weekly-course").name
    'weekly-course.yaml'
    """
    known = {path.stem: path for path in sorted(_FOLDER.iterdir()) if path.is_file()}
    found = known.get(name) or {path.name: path for path in known.values()}.get(name)
    if found is None:
        what = f"no example is called '{name}'" if name else "no example is named"
        raise RequestError(Finding("example", what, nearest(name, known)))
    return found
