"""The platform as tests and benchmarks start it, watch it and break it; both use what is here."""
