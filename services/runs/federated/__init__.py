"""Rounds, sites and checkpoints of federated runs."""
