"""The scheduler: work that runs by itself, and what of it needs a person."""
