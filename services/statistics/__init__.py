"""Statistics for studies, forecasts and benchmarks: pure functions of numbers, with sources."""
