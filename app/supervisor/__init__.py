"""Keeping the processes of one host alive, and leaving none behind (design D17)."""
