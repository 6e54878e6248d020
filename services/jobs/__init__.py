"""The jobs of all domains in one list: read, explained, cancelled and retried."""
