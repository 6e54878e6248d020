"""Runs of models on the items that they share: what is shared, what differs, and pair by pair."""
