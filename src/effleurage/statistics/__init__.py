"""Pooling, power and the analyses of trials; knows nothing of bodies."""
