"""Which outcomes of the ledger a word means."""

from __future__ import annotations

import re

from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.published.ledger import Ledger
from effleurage.evidence.published.results import Result
from effleurage.lab.outcomes.codebook import codebook, meant

PATHWAY = " pathway"
"""What is put after the name of a pathway that is also what people call one outcome: ``stress pathway``."""


def results_of(word: str, book: Ledger) -> tuple[Result, ...]:
    """Results of an outcome: its id, what people call it, a quantity of the model, a pathway, or a word of its name.

    An id means that outcome alone. What people call one outcome of the codebook means that one here too: results of it,
    of its quantity, of several outcomes with it among them, and of what comes nearest to it. Anything else means every
    outcome with that quantity or with that word in its id, its meaning or its wordings, every result of that pathway,
    and all outcomes that are called so. Raises ``RequestError`` for what is none of these.

    >>> from effleurage.evidence.published.ledger import ledger
    >>> sorted({result.outcome for result in results_of("pain", ledger())})
    ['pain-after-surgery', 'pain-rating', 'pain-sustained']
    """
    asked = word.strip().lower()
    if asked in book.outcomes:
        return tuple(result for result in book.results if result.outcome == asked)
    called = () if "_" in asked else meant(asked)  # a name with _ is that of a quantity
    named = {name for id in called for name in _same(id, book)}
    pathway = asked.removesuffix(PATHWAY)
    if len(called) != 1:
        named |= {name for name in book.outcomes if asked and _holds(asked, name, book)}
    elif not named:
        what = f"no result is about {codebook()[called[0]].name}, which '{word}' means"
        raise RequestError(Finding("OUTCOME", what, nearest(word, _words(book) - {asked})))
    results = tuple(
        one for one in book.results if one.outcome in named or (len(called) != 1 and pathway and one.pathway == pathway)
    )
    if not results:
        raise RequestError(Finding("OUTCOME", f"no outcome '{word}'", nearest(word, _words(book))))
    return results


def _same(id: str, book: Ledger) -> set[str]:
    """Outcomes of the ledger that are an outcome of the codebook, hold it, or come nearest to it."""
    quantity = codebook()[id].quantity
    return {name for name, row in book.outcomes.items() if name == id or (quantity and quantity in row.measures)}


def _holds(asked: str, name: str, book: Ledger) -> bool:
    row = book.outcomes[name]
    start = re.compile(rf"\b{re.escape(_spaced(asked))}")
    return row.quantity == asked or any(start.search(_spaced(text)) for text in (name, row.meaning, *row.words))


def _spaced(text: str) -> str:
    return text.lower().replace("-", " ")


def _words(book: Ledger) -> set[str]:
    quantities = {row.quantity for row in book.outcomes.values()} - {""}
    return {*book.outcomes, *quantities, *(result.pathway for result in book.results)}
