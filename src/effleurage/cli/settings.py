"""``--set``: ledger rows that are said of everybody."""

from __future__ import annotations

import re

from effleurage.errors import Finding, RequestError
from effleurage.people.cohort import Setting, check_settings
from effleurage.people.simulate import whole_body

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
"""A number as people write it; Python would read 1_0 and the digits of other scripts as well."""


def settings_of(texts: list[str], beyond: bool = False) -> dict[str, Setting]:
    """Ledger rows and what they are set to, of texts such as ``age=60``. Raises ``RequestError`` with every fault."""
    values: dict[str, Setting] = {}
    findings = []
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name and _NUMBER.fullmatch(value):
            values[name] = float(value)
        else:
            findings.append(Finding("--set", f"'{text}'", "Write NAME=VALUE, the value in the ledger's unit."))
    try:
        if values:
            check_settings(whole_body(), values, beyond=beyond)
    except RequestError as error:
        findings += error.findings
    if findings:
        raise RequestError(findings)
    return values
