"""Ranking of matches."""
