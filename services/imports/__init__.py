"""Runs that others trained: result files, event folders and tracking databases become runs."""
