from __future__ import annotations

import numpy as np
import pytest

from effleurage.lab.records import COLUMNS, tidy


def test_a_table_has_every_column_in_order_and_says_why_a_value_is_missing() -> None:
    table = tidy([{"outcome": "RMSSD", "value": 42.0, "unit": "ms"}, {"outcome": "HF", "reason": "breathing 0.1 Hz"}])
    assert tuple(table.columns) == COLUMNS
    assert table["value"].iloc[0] == 42.0 and np.isnan(table["value"].iloc[1])
    assert table["reason"].tolist() == ["", "breathing 0.1 Hz"]


def test_a_missing_value_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="no reason"):
        tidy([{"outcome": "HF", "value": float("nan")}])


def test_another_column_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        tidy([{"outcome": "HF", "value": 1.0, "colour": "red"}])


def test_a_word_that_is_no_text_has_its_place() -> None:
    table = tidy([{"participant": "\udcff", "outcome": "x", "value": 1.0, "reason": ""}])
    assert list(table["participant"]) == ["\\udcff"]
