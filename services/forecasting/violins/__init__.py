"""Violins: how the values of each column are distributed, from sketches of bounded size."""
