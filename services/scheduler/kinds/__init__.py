"""Kinds of schedules: declared by the manifests of their domains, looked up by name."""
