"""Studies of people, and what the model says of the same protocols."""
