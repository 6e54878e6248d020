"""Who may call the routes of events."""

from app.auth.policy import READS, Rule

ROUTES: dict[str, Rule] = {
    # the topic decides
    "GET /api/events": READS,
}
