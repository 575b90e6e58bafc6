"""Protocols: what is done to people and when, from YAML a therapist can read to the engine's schedule."""

from effleurage.protocol.model import Habits, Protocol, Stimulus
from effleurage.protocol.reading import parse_protocol, read_protocol
from effleurage.protocol.stimuli import Catalogue, catalogue
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose, Strokes, Visit

__all__ = [
    "Catalogue",
    "Dose",
    "Habits",
    "Protocol",
    "Stimulus",
    "Strokes",
    "Visit",
    "When",
    "catalogue",
    "parse_protocol",
    "read_protocol",
]
