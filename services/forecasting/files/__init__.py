"""The series of a session: files that arrive, what was read in them, and their settings."""
