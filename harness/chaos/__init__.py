"""Killing everything at random and counting what is left of the work afterwards."""
