"""From beats to heart-rate variability: recordings, artefacts, windows, indices; and virtual hearts."""
