"""What incidents bring to the platform."""

from app.domains import Domain, PeriodicTask
from services.incidents.record import record_end
from services.incidents.regroup import regroup_all
from services.incidents.wake import wake_incidents

DOMAIN = Domain(
    name="incidents",
    followers=(record_end,),
    tasks=(
        PeriodicTask(seconds=15, run=lambda it: wake_incidents(it.database)),
        PeriodicTask(seconds=60, run=lambda it: regroup_all(it.database)),
    ),
    audit_actions=(
        "incident_acknowledged",
        "incident_snoozed",
        "incident_assigned",
        "incident_noted",
        "incident_fixed",
        "incident_reopened",
        "incident_split",
        "incidents_merged",
        "incidents_changed",
    ),
)
