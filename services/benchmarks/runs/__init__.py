"""Benchmark runs: started, performed, stopped, resumed, and what they measured so far."""
