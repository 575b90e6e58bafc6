"""Targets and the massage ring, as pages."""
