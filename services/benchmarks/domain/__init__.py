"""Rules and statistics of bias benchmarks: pure functions."""
