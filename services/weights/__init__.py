"""Weights: safetensors files that people upload, for runs to start from."""
