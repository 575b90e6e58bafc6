"""The colours of every figure, by what they stand for; those of text and labels are in ``page.css``, light and dark."""

from __future__ import annotations

MASSAGE, REST, DIFFERENCE = "massage", "quiet rest", "difference"
"""The two worlds of a curve, and the paired difference between them."""
COLOURS = {MASSAGE: "#12938a", REST: "#c0813f", DIFFERENCE: "#7a6fc4"}
"""Told apart by lightness too, and readable on white and on black."""
BODY = "#6d83ad"
"""The virtual people of a curve on which published values are points."""
STATUS = {"green": "#2b9a5c", "yellow": "#bd831d", "red": "#cc4b40", "ungated": "#85888f"}
"""What became of a published value."""
LINE, FAINT = "#888", "#8883"
"""Lines of figures, and what lies behind them: a grid, a field, a shade; both on white and on black."""
