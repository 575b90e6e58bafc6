"""Questionnaire tables."""
