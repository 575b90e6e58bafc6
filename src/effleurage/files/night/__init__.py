"""Diaries and hypnograms."""
