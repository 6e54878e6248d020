"""Building sets of personas: pure functions of their seed."""
