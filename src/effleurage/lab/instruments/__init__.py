"""How a true state becomes a reported number."""
