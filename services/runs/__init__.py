"""Training runs: start, train, watch, stop, resume, read."""
