"""What the clock does to schedules: due times, beginnings, ends, time limits."""

PERIOD_S = 1  # between two ticks
