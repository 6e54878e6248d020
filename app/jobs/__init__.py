"""The job engine: rows are the truth, Redis is a doorbell (design D1, D2)."""
