"""Who may call the routes of bells."""

from app.auth.policy import MAKES, READS, Rule

ROUTES: dict[str, Rule] = {"POST /api/bells": MAKES, "GET /api/bells/{id}": READS}
