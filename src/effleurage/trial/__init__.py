"""A massage trial: its design as data, carried out on virtual people, analysed, and planned."""
