"""Protocols: what is done to people and when, from YAML a therapist can read to the engine's schedule."""
