"""Quantiles of the normal distribution that intervals are made of."""

from __future__ import annotations

NINETY = 1.644854
"""Standard deviations from the middle within which nine in ten lie."""
NINETY_FIVE = 1.959964
"""Standard deviations from the middle within which 95 in 100 lie."""
