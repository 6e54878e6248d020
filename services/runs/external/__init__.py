"""Runs that external programs train and log over HTTP (design D9)."""
