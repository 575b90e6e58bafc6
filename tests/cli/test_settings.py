from __future__ import annotations

import pytest

from effleurage.cli.settings import settings_of
from effleurage.errors import RequestError


def test_rows_are_set_and_every_fault_is_named() -> None:
    assert settings_of(["age=60", " chronic_stress = 1 "]) == {"age": 60.0, "chronic_stress": 1.0}
    with pytest.raises(RequestError) as refused:
        settings_of(["age", "agee=60"])
    assert len(refused.value.findings) == 2
