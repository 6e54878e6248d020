"""Schedules and executions in the words of the older scheduler's API: views that only read."""
