"""Published values that the body must meet, and the rule of agreement."""
