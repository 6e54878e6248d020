"""Finding rows of every kind by a few letters of their names."""
