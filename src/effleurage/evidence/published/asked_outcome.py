"""Which outcomes of the ledger a word means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.published.ledger import Ledger, Row


def rows_of(word: str, found: Ledger) -> tuple[Row, ...]:
    """Results of an outcome: its id, a quantity of the model, a pathway, or a word of its name.

    An id means that outcome alone. Anything else means every outcome with that quantity or with that word in its id,
    its meaning or its wordings, and every result of that pathway. Raises ``RequestError`` for what is none of these.
    """
    asked = word.strip().lower()
    if asked in found.outcomes:
        return tuple(row for row in found.results if row["outcome"] == asked)
    named = {name for name in found.outcomes if asked and _means(asked, name, found)}
    rows = tuple(row for row in found.results if row["outcome"] in named or (asked and row["pathway"] == asked))
    if not rows:
        raise RequestError(Finding("OUTCOME", f"no outcome '{word}'", nearest(word, _words(found))))
    return rows


def _means(asked: str, name: str, found: Ledger) -> bool:
    entry = found.outcomes[name]
    texts = (name, str(entry["meaning"]), *cast(Iterable[str], entry.get("words", ())))
    start = re.compile(rf"\b{re.escape(_spaced(asked))}")
    return entry["quantity"] == asked or any(start.search(_spaced(text)) for text in texts)


def _spaced(text: str) -> str:
    return text.lower().replace("-", " ")


def _words(found: Ledger) -> set[str]:
    quantities = {str(entry["quantity"]) for entry in found.outcomes.values()} - {""}
    return {*found.outcomes, *quantities, *(row["pathway"] for row in found.results)}
