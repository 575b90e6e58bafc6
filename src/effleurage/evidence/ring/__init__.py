"""Published massage trials carried out again, and foretold."""
