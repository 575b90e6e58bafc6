"""What is written on a trajectory: units and meanings of its quantities, and all that is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping

from effleurage.body.compose import Body
from effleurage.body.units import standard
from effleurage.engine.provenance import versions
from effleurage.engine.trajectory import Labels
from effleurage.people.cohort import Cohort, Setting
from effleurage.protocol.model import Protocol


def quantity_labels(body: Body) -> dict[str, Labels]:
    """Of every quantity of a body: ``units`` as unit libraries read it, ``ledger_unit`` as we write it, ``long_name``.

    Example
    -------
    >>> from effleurage.people.simulate import resident_body
    >>> quantity_labels(resident_body())["cortisol"]["units"]
    'nmol/L'
    """
    return {
        name: {"units": standard(row.unit), "ledger_unit": row.unit, "long_name": row.meaning}
        for name, row in body.quantities.items()
    }


def run_labels(protocol: Protocol, cohort: Cohort, body: Body) -> Labels:
    """Of a run: its title, the seed, the digest of the body, our version, arrows switched off and rows set by hand.

    There is no date and no name of a machine: the same run has the same labels.
    """
    settings: Mapping[str, Setting] = cohort.settings
    told: dict[str, str | int] = {
        "title": protocol.title,
        "source": f"effleurage {versions()['effleurage']}",
        "seed": cohort.seed,
        "body": body.digest,
        "without": ", ".join(f"{source}->{target}" for source, target in sorted(body.cut)),
        "settings": json.dumps(dict(settings), sort_keys=True, default=_plain) if settings else "",
        "people": "typical, without luck" if cohort.typical and cohort.steady else "",
    }
    return {name: value for name, value in told.items() if value != ""}


def _plain(value: object) -> object:
    """A mapping or a number that JSON does not know by its type."""
    return dict(value) if isinstance(value, Mapping) else float(str(value))
