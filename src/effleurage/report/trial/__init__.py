"""The papers of a trial: protocol, report, analysis script."""
