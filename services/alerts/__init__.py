"""Alerts: rules over what the platform and its schedules do, and one message per cause."""
