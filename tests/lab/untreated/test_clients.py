from __future__ import annotations

import numpy as np
import pytest

from effleurage.lab.instruments.instruments import instruments
from effleurage.lab.untreated.clients import kinds
from effleurage.people.cohort import Cohort, check_settings
from effleurage.people.simulate import own_values, whole_body


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_kind_is_made_of_rows_that_the_ledger_has_and_says_where_it_is_from(name: str) -> None:
    kind = kinds()[name]
    check_settings(whole_body(), kind.people, beyond=True)
    assert 0 < kind.share <= 1
    assert kind.meaning.endswith("people") or kind.meaning.startswith("people ")
    assert kind.source and kind.grade in "ABCD"
    for row, setting in kind.people.items():
        assert isinstance(setting, dict) and setting["sd"] > 0
        values = own_values(Cohort.of(500, 3, kind.people), row)
        least = whole_body().parameters[row].low
        assert np.isfinite(values).all()
        assert (values > 0).all() if least is None else (values >= least).all()


def test_instruments_name_kinds_that_there_are_and_no_kind_is_idle() -> None:
    named = {name for one in instruments().values() for name in one.clients}
    assert named == set(kinds())
