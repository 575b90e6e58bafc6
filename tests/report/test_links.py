from __future__ import annotations

import doctest

import pytest

from effleurage.report import links
from effleurage.report.links import linked


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("Milo T, doi 10.1038/s44320-024-00083-0.", "https://doi.org/10.1038/s44320-024-00083-0", "."),
        ("(doi:10.1000/x.y); more", "https://doi.org/10.1000/x.y", "); more"),
        ("10.1016/S0022-3999(02)00429-3", "https://doi.org/10.1016/S0022-3999(02)00429-3", ""),
        ("https://doi.org/10.1000/x", "https://doi.org/10.1000/x", ""),
        ("PMID: 123456, 15 men", "https://pubmed.ncbi.nlm.nih.gov/123456/", ", 15 men"),
        ("https://pubmed.gov/889656/", "https://pubmed.ncbi.nlm.nih.gov/889656/", ""),
        ("10.1002/(SICI)1097:5<66::A>3.0.CO;2-2", "https://doi.org/10.1002/(SICI)1097:5%3C66::A%3E3.0.CO%3B2-2", ""),
    ],
)
def test_what_can_be_looked_up_is_a_link(text: str, address: str, rest: str) -> None:
    found = str(linked(text))
    assert f'href="{address}"' in found and found.endswith(f"</a>{rest}")


@pytest.mark.parametrize(
    "text",
    [
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC2684472/",
        "https://europepmc.org/article/MED/123456",
        "https://mirror.example/pubmed/21485611",
        "https://journal.example/articles/10.1186/s12950-014-0028-1",
        "PMC12345, 10.5 mg of 10 people",
        "",
    ],
)
def test_copies_and_numbers_are_no_links(text: str) -> None:
    assert str(linked(text)) == text


def test_several_are_linked_each_and_the_rest_is_escaped() -> None:
    found = str(linked("<b>10.1007/a; 10.1007/b;10.1007/c & PMID 7</b>"))
    assert found.count("<a href") == 4
    assert found.startswith("&lt;b&gt;<a ") and "&amp;" in found and "<b>" not in found


def test_the_example_of_the_docstring() -> None:
    tried = doctest.testmod(links)
    assert tried.attempted and not tried.failed
