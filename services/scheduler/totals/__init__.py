"""What executions add up to: sketches of durations, totals that outlive rows, and their rebuild."""
