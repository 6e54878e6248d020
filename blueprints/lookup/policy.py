"""Who may search over everything."""

from app.auth.policy import OWN, Rule

ROUTES: dict[str, Rule] = {"GET /api/search": OWN}
