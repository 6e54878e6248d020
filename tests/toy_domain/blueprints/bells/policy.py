"""Who may call the routes of bells."""

from app.auth.policy import MAKES, READS, Rule, behind

ROUTES: dict[str, Rule] = behind("bells", {"POST /api/bells": MAKES, "GET /api/bells/{id}": READS})
