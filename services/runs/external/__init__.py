"""Runs that are trained elsewhere and told to us over HTTP (design D9)."""
