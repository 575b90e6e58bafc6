"""One trial conducted, with everything that goes wrong."""
