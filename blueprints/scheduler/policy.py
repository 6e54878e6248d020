"""Who may call the routes of the scheduler."""

from app.auth.policy import EDITS, MAKES, OWN, OWN_CHANGE, READS, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/scheduler/kinds": OWN,
    "GET /api/scheduler/schedules": OWN,
    "POST /api/scheduler/schedules": MAKES,
    "POST /api/scheduler/schedules/preview": OWN_CHANGE,
    "GET /api/scheduler/schedules/{id}": READS,
    "PATCH /api/scheduler/schedules/{id}": EDITS,
    "DELETE /api/scheduler/schedules/{id}": EDITS,
    "GET /api/scheduler/schedules/{id}/preview": READS,
    "GET /api/scheduler/schedules/{id}/versions": READS,
    "POST /api/scheduler/schedules/{id}/pause": EDITS,
    "POST /api/scheduler/schedules/{id}/resume": EDITS,
    "POST /api/scheduler/schedules/{id}/reset": EDITS,
    "POST /api/scheduler/schedules/{id}/run-now": EDITS,
    "POST /api/scheduler/schedules/{id}/backfill": EDITS,
    "POST /api/scheduler/schedules/bulk": MAKES,
    "GET /api/scheduler/runs": OWN,
    "GET /api/scheduler/runs/{id}": READS,
    "POST /api/scheduler/runs/bulk": MAKES,
    "POST /api/scheduler/runs/{id}/cancel": EDITS,
    "POST /api/scheduler/runs/{id}/retry": EDITS,
    "GET /api/scheduler/dashboard": OWN,
    "GET /api/scheduler/jobs": OWN,
    "GET /api/scheduler/execution-logs": OWN,
    "GET /api/scheduler/recent-scheduler-logs": OWN,
    # of a person in the address: for that person and admins, for others it is not there
    "GET /api/scheduler/platform-insights/logs/{user_id}": OWN,
    "GET /api/scheduler/website-analysis/logs/{user_id}": OWN,
    "GET /api/scheduler/platform-insights/status/{user_id}": OWN,
    "GET /api/scheduler/website-analysis/status/{user_id}": OWN,
    "GET /api/scheduler/platform-monitoring/summary/{user_id}": OWN,
    "GET /api/scheduler/platform-monitoring/health/{user_id}": OWN,
    "GET /api/scheduler/tasks-needing-intervention/{user_id}": OWN,
    "GET /api/scheduler/task-intervention/summary/{user_id}": OWN,
}
