"""What the clock does to schedules: due times, beginnings, ends, time limits."""
