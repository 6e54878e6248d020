"""Alerts: rules over what the platform and its schedules do, and one message per cause."""

PERIOD_S = 60  # between two looks at all rules
DASHBOARD = "/api/scheduler/dashboard"
