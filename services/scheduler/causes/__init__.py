"""Causes of failures: which failures are one card of the inbox, and why they are together."""
