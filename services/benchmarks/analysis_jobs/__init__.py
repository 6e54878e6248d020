"""Analyses that are requested of a run: done by a worker, kept with their times and result."""
