"""What a cohort run is to be: protocol, people, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from effleurage.engine.run import Precision
from effleurage.people.cohort import Cohort, Setting
from effleurage.people.simulate import Worlds, people_of
from effleurage.protocol.reading import parse_protocol

CHUNK = 1024
"""Persons in a chunk: whole blocks of the engine's lanes, and few enough that their traces fit in memory."""
CONTROLS = ("rest", "none")
PROTOCOL, CONTROL = "protocol.yaml", "control.yaml"
"""Names of the texts in a run folder."""


@dataclass(frozen=True)
class Asked:
    """What a cohort run is to be; two runs that ask the same give the same bytes.

    ``protocol`` is the text of a protocol; ``against`` is empty, ``rest``, ``none``, or the text of another.
    ``settings`` are ledger rows set by hand, in their unit; ``keep`` the quantities to record; ``chunk`` persons
    are computed and written together; ``traces`` are kept, or only the summary; ``precision`` is the computation's;
    ``beyond`` takes settings far from the ledger's own values.
    """

    protocol: str
    people: int
    against: str = ""
    seed: int = 1
    settings: Mapping[str, Setting] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    chunk: int = CHUNK
    traces: bool = True
    precision: Precision = "double"
    beyond: bool = False

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return -(-self.people // self.chunk)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the worlds that are simulated."""
        return ("treated", "control") if self.against else ("trajectory",)

    @property
    def title(self) -> str:
        """What the protocol calls itself."""
        return parse_protocol(self.protocol, PROTOCOL).title

    def worlds(self) -> Worlds:
        """The protocols, ready to be carried out. Raises ``ProtocolError`` and ``RequestError`` for what cannot be."""
        plan = parse_protocol(self.protocol, PROTOCOL)
        plans = [plan]
        if self.against in CONTROLS:
            plans.append(plan.against(self.against))  # type: ignore[arg-type]
        elif self.against:
            plans.append(plan.against(parse_protocol(self.against, CONTROL)))
        return Worlds.of(plans, self.without, self.keep or None, self.precision)

    def cohort(self, worlds: Worlds, number: int) -> Cohort:
        """The persons of a chunk."""
        first = number * self.chunk
        persons = np.arange(first, min(first + self.chunk, self.people))
        everybody = Cohort(persons, seed=self.seed)
        return people_of(worlds.protocols[0], everybody, self.seed, self.settings, beyond=self.beyond)
