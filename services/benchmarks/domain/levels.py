"""Levels of factors that every part of this domain knows."""

UNSTATED = "unstated"  # a wording or cue that no field of a foreign file says
