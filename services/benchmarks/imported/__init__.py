"""Ratings that other programs asked for, brought in as benchmark runs."""
