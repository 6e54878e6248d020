"""The routes of the older scheduler's API, over the schedules and executions of ours."""
