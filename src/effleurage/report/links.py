"""DOIs and PubMed numbers in a citation, as links. Copies elsewhere, such as PMC, are named but never linked."""

from __future__ import annotations

import re
from urllib.parse import quote

from markupsafe import Markup, escape

DOI, PUBMED = "https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/"
_NAMED = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*)?\b(?P<doi>10\.\d{4,9}/(?:(?!;10\.)[^\s,|\x22])+)"
    r"|https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?pubmed\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/(?P<at>\d{1,8})/?"
    r"|\bPMID:?\s*(?P<pmid>\d{1,8})\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"https?://\S+")


def linked(text: str) -> Markup:
    """A citation as HTML, its DOIs and PubMed numbers as links; everything else is escaped.

    >>> str(linked("Noto 2010 (PMID 20976508), doi 10.1000/a"))
    'Noto 2010 (<a href="https://pubmed.ncbi.nlm.nih.gov/20976508/">PMID 20976508</a>), doi <a \
href="https://doi.org/10.1000/a">10.1000/a</a>'
    """
    parts, place = [], 0
    others = [found.span() for found in _FOREIGN.finditer(text) if not _NAMED.match(text, found.start())]
    for found in _NAMED.finditer(text):
        if any(start <= found.start() < end for start, end in others):
            continue
        end = found.end()
        if found["doi"]:
            doi = _whole(found["doi"])
            end -= len(found["doi"]) - len(doi)
            address = DOI + quote(doi, safe="/:()._-")
        else:
            address = f"{PUBMED}{found['at'] or found['pmid']}/"
        parts += [escape(text[place : found.start()])]
        parts += [Markup('<a href="{}">{}</a>').format(address, text[found.start() : end])]
        place = end
    return Markup("").join([*parts, escape(text[place:])])


def _whole(doi: str) -> str:
    """A DOI without what only ends the sentence: a full stop, or a bracket that was opened before it."""
    while doi[-1] in ".,;:" or (doi[-1] in ")]" and doi.count(doi[-1]) > doi.count("(["[doi[-1] == "]"])):
        doi = doi[:-1]
    return doi
