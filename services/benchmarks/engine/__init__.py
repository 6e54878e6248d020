"""Asks the items of a benchmark run at an OpenAI-compatible server; only workers load it."""
