"""From diaries and hypnograms to nights."""
