"""Hypothesis without a stopwatch: a slow machine is no finding."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
