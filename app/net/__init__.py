"""Addresses of the network: which may be called, and connections that go nowhere else."""
