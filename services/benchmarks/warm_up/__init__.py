"""Warming up: every table that the pages of a run show, computed once, step by step, as a job."""
