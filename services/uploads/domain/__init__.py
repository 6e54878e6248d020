"""Rules of uploads: pure functions."""
