"""Who may call the routes of people and their own credentials."""

from app.auth.policy import ADMIN, OWN, OWN_KEYS, PUBLIC, Rule

ROUTES: dict[str, Rule] = {
    "POST /api/auth/login": PUBLIC,
    "POST /api/auth/one-time": PUBLIC,
    "POST /api/auth/logout": OWN_KEYS,
    "GET /api/auth/me": OWN,
    "GET /api/auth/sessions": OWN,
    "DELETE /api/auth/sessions/{id}": OWN_KEYS,
    "POST /api/auth/sessions/revoke-others": OWN_KEYS,
    "POST /api/auth/password": OWN_KEYS,
    "GET /api/auth/tokens": OWN,
    "POST /api/auth/tokens": OWN_KEYS,
    "DELETE /api/auth/tokens/{id}": OWN_KEYS,
    "GET /api/users": ADMIN,
    "POST /api/users": ADMIN,
    "PATCH /api/users/{id}": ADMIN,
    "POST /api/users/{id}/signin-link": ADMIN,
    "GET /api/audit": ADMIN,
    "GET /api/users/tokens": ADMIN,
    "DELETE /api/users/tokens/{id}": ADMIN,
}
