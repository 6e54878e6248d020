"""What the clock does to schedules: due times, beginnings, ends, time limits."""

PERIOD_S = 1  # between two ticks
WRITE_S = 60  # between two times that the clock writes down its looks
ROLL_UP_S = 300.0  # between two looks whether a day is over
