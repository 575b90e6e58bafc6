"""Which outcomes of the ledger a word means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.published.ledger import Ledger
from effleurage.evidence.published.results import Result


def results_of(word: str, book: Ledger) -> tuple[Result, ...]:
    """Results of an outcome: its id, a quantity of the model, a pathway, or a word of its name.

    An id means that outcome alone. Anything else means every outcome with that quantity or with that word in its id,
    its meaning or its wordings, and every result of that pathway. Raises ``RequestError`` for what is none of these.
    """
    asked = word.strip().lower()
    if asked in book.outcomes:
        return tuple(result for result in book.results if result.outcome == asked)
    named = {name for name in book.outcomes if asked and _means(asked, name, book)}
    results = tuple(one for one in book.results if one.outcome in named or (asked and one.pathway == asked))
    if not results:
        raise RequestError(Finding("OUTCOME", f"no outcome '{word}'", nearest(word, _words(book))))
    return results


def _means(asked: str, name: str, book: Ledger) -> bool:
    entry = book.outcomes[name]
    texts = (name, str(entry["meaning"]), *cast(Iterable[str], entry.get("words", ())))
    start = re.compile(rf"\b{re.escape(_spaced(asked))}")
    return entry["quantity"] == asked or any(start.search(_spaced(text)) for text in texts)


def _spaced(text: str) -> str:
    return text.lower().replace("-", " ")


def _words(book: Ledger) -> set[str]:
    quantities = {str(entry["quantity"]) for entry in book.outcomes.values()} - {""}
    return {*book.outcomes, *quantities, *(result.pathway for result in book.results)}
