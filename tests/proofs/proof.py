"""What every proof has: a claim in its docstring, the files it is about, figures, and a page that keeps them.

A proof is a module beside this one with ``SOURCES``, patterns of the files that its claim depends on, and
``prove(quick)``, which yields figures. Its page holds a digest of those files and of the proof: where one of them has
changed since, what the page says has not been shown of the code that is there, and a test says so. A change of any
other file leaves the page as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HOME = Path(__file__).parent
ROOT = HOME.parents[1]
PAGES = ROOT / "docs" / "proofs"
TOOLS = ("__main__", "commands", "proof", "spoilt")
"""Modules here that are no proofs."""
SEED = 1


@dataclass(frozen=True)
class Figure:
    """One thing that was looked at: what, what was found, what the claim asks, and whether it holds."""

    what: str
    found: str
    wanted: str
    holds: bool


@dataclass(frozen=True)
class Kept:
    """What a page keeps: the digest of what was proved, and how many figures hold and how many do not."""

    digest: str
    holding: int
    failing: int


def names() -> list[str]:
    """Names of all proofs."""
    return sorted(path.stem for path in HOME.glob("*.py") if path.stem not in TOOLS)


def files_of(name: str, sources: Sequence[str], root: Path = ROOT) -> list[Path]:
    """The files a proof depends on, itself among them. Raises ``ValueError`` for a pattern that no file fits."""
    found = {root / "tests" / "proofs" / f"{name}.py", root / "tests" / "proofs" / "proof.py"}
    for pattern in sources:
        fits = {path for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts}
        if not fits:
            raise ValueError(f"{name}: no file fits {pattern}")
        found |= fits
    return sorted(found)


def digest_of(name: str, sources: Sequence[str], root: Path = ROOT) -> str:
    """A digest of the names and contents of the files a proof depends on."""
    digest = sha256()
    for path in files_of(name, sources, root):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def page_of(claim: str, sources: Sequence[str], figures: Sequence[Figure], digest: str, made: str) -> str:
    """The page of a proof in Markdown; ``made``: when, with what and in what time."""
    title, _, rest = claim.strip().partition("\n")
    lines = [f"# {title.rstrip('.')}", "", *([rest.strip(), ""] if rest.strip() else [])]
    lines += ["| | found | wanted | |", "|---|---|---|---|"]
    lines += [
        f"| {one.what} | {one.found} | {one.wanted} | {'holds' if one.holds else '**fails**'} |" for one in figures
    ]
    lines += ["", made, "", f"Digest of what was proved: `{digest}`, of the proof and of", ""]
    return "\n".join([*lines, *(f"- `{pattern}`" for pattern in sources)]) + "\n"


def kept(page: str) -> Kept:
    """What a page keeps."""
    digest = re.search(r"^Digest of what was proved: `([0-9a-f]{64})`", page, re.MULTILINE)
    return Kept(digest[1] if digest else "", page.count("| holds |\n"), page.count("| **fails** |\n"))


def spread(share: float, many: int) -> float:
    """Standard error of a share (0-1) of ``many``."""
    return float((share * (1 - share) / many) ** 0.5)


def percent(share: float) -> str:
    """A share as a percentage of one decimal."""
    return f"{100 * share:.1f} %"


def shares(figures: Iterator[tuple[str, int, int, float, float]]) -> Iterator[Figure]:
    """Figures of shares: what, how many of how many, and between which shares it must lie."""
    for what, count, many, low, high in figures:
        share = count / many
        found = f"{percent(share)} (± {percent(1.96 * spread(share, many))}) of {many:,}"
        yield Figure(what, found, f"{percent(low)} to {percent(high)}", low <= share <= high)
