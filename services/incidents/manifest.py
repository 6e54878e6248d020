"""What incidents bring to the platform."""

from app.domains import Domain, PeriodicTask
from app.later import later

record_end = later("services.incidents.record:record_end")
regroup_all = later("services.incidents.regroup:regroup_all")
wake_incidents = later("services.incidents.wake:wake_incidents")

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
