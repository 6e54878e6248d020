"""Centralised training on Lightning."""
