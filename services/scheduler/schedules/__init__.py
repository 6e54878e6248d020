"""Schedules themselves: made, changed, paused, previewed, archived."""
