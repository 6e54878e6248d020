"""Who may call the routes of the switches of the platform's parts."""

from app.auth.policy import ADMIN, OWN, Rule

ROUTES: dict[str, Rule] = {
    "GET /api/flags": ADMIN,
    "PATCH /api/flags/{name}": ADMIN,
    "GET /api/flags/off": OWN,
}
