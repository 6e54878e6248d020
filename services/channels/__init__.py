"""Channels that carry messages out of the platform."""
