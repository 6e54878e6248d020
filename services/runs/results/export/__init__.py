"""Runs as files: one exporter per form."""
