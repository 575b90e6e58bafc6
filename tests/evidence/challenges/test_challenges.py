from __future__ import annotations

from collections import Counter

from effleurage.evidence.challenges.challenges import Source, shipped_challenges, sources


def test_a_source_is_for_what_the_hash_of_its_doi_says_and_for_nothing_where_its_values_were_known() -> None:
    known = Source("a", "10.1/x", "night", True, "abstract", "https://example.org")
    assert known.use == "seen"
    uses = {Source("a", f"10.1/{number}", "night", False, "abstract", "x").use for number in range(20)}
    assert uses == {"fit", "predict"}
    assert Source("b", "10.1/X", "", False, "", "").use == Source("c", "10.1/x", "", False, "", "").use


def test_every_value_is_used_as_its_source_says() -> None:
    for target in shipped_challenges():
        source = sources()[target.study]
        assert target.use == source.use, target.id
        assert source.id in target.source and target.challenge and target.ring == "challenge"


def test_there_are_values_enough_of_sources_enough() -> None:
    found = shipped_challenges()
    uses = Counter(target.use for target in found)
    assert len(found) >= 60 and uses["predict"] >= 25
    assert len({target.study for target in found}) >= 25
    assert sum(bool(target.quote) for target in found) > 100


def test_what_was_listed_and_not_used_stays_listed() -> None:
    assert len(sources()) > 150
