"""Benchmarks of language models: whether a model rates groups of people differently."""
