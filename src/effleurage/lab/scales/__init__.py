"""Questionnaires and rating scales, scored by their keys."""
