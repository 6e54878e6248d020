"""Who may call the routes of the platform itself."""

from app.auth.policy import ADMIN, LISTED, OWN, PUBLIC, Rule

ROUTES: dict[str, Rule] = {
    # health holds no data; the API description is that of the published product
    "GET /health/live": PUBLIC,
    "GET /health/ready": PUBLIC,
    "GET /api/openapi.json": PUBLIC,
    "GET /api/docs": PUBLIC,
    "GET /api/system": OWN,
    "GET /metrics": LISTED,
    "GET /api/system/logs": ADMIN,
}
