"""What people do who are left alone, rest, wait or get a placebo: published changes within such arms."""
