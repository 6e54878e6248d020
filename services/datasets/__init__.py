"""Datasets: uploaded, validated, kept, and brought into memory for training."""
