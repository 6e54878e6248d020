"""Training a run: its configuration, its data and the engine that a worker brings."""
