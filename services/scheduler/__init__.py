"""The scheduler: what runs by itself."""
