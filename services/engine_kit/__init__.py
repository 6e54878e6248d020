"""What every training engine needs; only workers load it."""
