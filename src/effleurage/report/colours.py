"""The colours of every figure and page, by what they stand for."""

from __future__ import annotations

MASSAGE, REST, DIFFERENCE = "massage", "quiet rest", "difference"
"""The two worlds of a curve, and the paired difference between them."""
COLOURS = {MASSAGE: "#12938a", REST: "#c0813f", DIFFERENCE: "#7a6fc4"}
"""Told apart by lightness too, and readable on white and on black."""
