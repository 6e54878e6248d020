"""Bells: created by people, struck by workers."""
