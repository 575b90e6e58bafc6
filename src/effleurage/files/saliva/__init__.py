"""Saliva tables."""
