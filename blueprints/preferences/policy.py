"""Who may call the routes of what a person has chosen on the pages."""

from app.auth.policy import OWN, OWN_CHANGE, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/preferences": OWN,
    "PATCH /api/preferences": OWN_CHANGE,
}
