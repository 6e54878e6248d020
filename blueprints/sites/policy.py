"""Who may call the routes of web sites."""

from app.auth.policy import OWN, READS, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/site-analyses": OWN,
    "GET /api/site-analyses/{id}": READS,
}
