"""What a site has in its folder: a manifest, a key, its data, and the check of that data."""
