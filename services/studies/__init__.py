"""Studies: is training together worth it? Central, federated and local-only, side by side."""
