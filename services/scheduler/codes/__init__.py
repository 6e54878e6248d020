"""The codes of failures: what each means for the next attempt, and what it says to a person."""
