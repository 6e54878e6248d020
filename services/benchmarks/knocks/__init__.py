"""Knocking: a worker looks whether a model's server lets us in, before anything is started."""
