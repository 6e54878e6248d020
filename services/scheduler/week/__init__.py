"""What is due in the coming week: how often in each hour, and by which schedules."""
