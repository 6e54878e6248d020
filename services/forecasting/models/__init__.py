"""The model families of a session: their settings, limits and search spaces. Pure: no torch."""
