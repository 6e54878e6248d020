"""What happened to schedules, as a feed."""
