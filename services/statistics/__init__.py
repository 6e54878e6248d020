"""Statistics that several domains share: pure functions of numbers."""
