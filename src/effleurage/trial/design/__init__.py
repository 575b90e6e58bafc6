"""What a trial is, as data."""
