"""Which rows train, validate and test, at one place or at many sites: pure."""
