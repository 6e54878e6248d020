"""Who may call the routes of the first page."""

from app.auth.policy import OWN, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/home": OWN,
}
