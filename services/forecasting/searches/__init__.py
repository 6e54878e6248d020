"""Searches over the settings of a family: each trial is a run of the session and a job."""
