"""Schedules as files: written down, compared with what is stored, and applied as a whole."""
