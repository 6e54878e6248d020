"""Who may call the routes of a person's own configuration."""

from app.auth.policy import MAKES, OWN, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/config/current": OWN,
    "POST /api/config/update": MAKES,
}
