"""What every test shares."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)  # a slow machine is no finding
settings.load_profile("patient")
