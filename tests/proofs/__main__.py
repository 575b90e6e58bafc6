"""Carry out the proofs, all or those that are named, and keep their pages: ``make prove``, ``python tests/proofs``.

With ``--quick`` each does a small part of its work, to see that it runs, and no page is written.
"""

from __future__ import annotations

import argparse
import importlib
import platform
import sys
import time
from datetime import date
from importlib.metadata import version

from proof import PAGES, SEED, digest_of, names, page_of

from effleurage.engine.provenance import cpu


def made(seconds: float) -> str:
    """When a proof was carried out, on what, and how long it took."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("effleurage", "jax", "numpy", "pandas", "scipy"))
    return (
        f"Seed {SEED}. Carried out on {date.today().isoformat()} in {seconds / 60:.1f} minutes, on {cpu()}; "
        f"Python {platform.python_version()}, {libraries}."
    )


def carry_out(name: str, quick: bool) -> bool:
    """Carry out one proof and keep its page; whether everything holds."""
    proof = importlib.import_module(name)
    claim = proof.__doc__ or ""
    digest = digest_of(name, proof.SOURCES)
    sys.stdout.write(f"{name}: {claim.strip().splitlines()[0]}\n")
    begin, figures = time.monotonic(), []
    for figure in proof.prove(quick):
        figures.append(figure)
        sys.stdout.write(f"  {'holds' if figure.holds else 'FAILS'}  {figure.what}: {figure.found} [{figure.wanted}]\n")
        sys.stdout.flush()
    seconds = time.monotonic() - begin
    sys.stdout.write(f"{name}: {seconds / 60:.1f} minutes\n")
    if digest != digest_of(name, proof.SOURCES):
        sys.stdout.write(f"{name}: its files have changed meanwhile, so no page is kept. Carry it out again.\n")
        return False
    if not quick:
        PAGES.mkdir(parents=True, exist_ok=True)
        page = page_of(claim, proof.SOURCES, figures, digest, made(seconds))
        (PAGES / f"{name}.md").write_text(page, encoding="utf-8")
    return all(figure.holds for figure in figures)


def main() -> int:
    """0 if everything holds."""
    asked = argparse.ArgumentParser(prog="python tests/proofs", description="Carry out proofs and keep their pages.")
    asked.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(names())}; else all")
    asked.add_argument("--quick", action="store_true", help="a small part of each, and no page")
    said = asked.parse_args()
    if unknown := set(said.names) - set(names()):
        asked.error(f"no proof '{unknown.pop()}'. Known: {', '.join(names())}")
    results = [carry_out(name, said.quick) for name in said.names or names()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
