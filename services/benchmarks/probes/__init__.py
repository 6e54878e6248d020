"""Probing a model on demand: what its server does, before a run is started."""
