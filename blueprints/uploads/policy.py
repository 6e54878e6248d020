"""Who may call the routes of uploads: everybody has their own, and nobody else's.

OPTIONS says the version of tus and needs no sign-in, as clients ask before they have a token.
"""

from app.auth.policy import MAKES, OWN, Rule
from blueprints.uploads.tus import tus_rows

ROUTES: dict[str, Rule] = {
    **tus_rows("/api/uploads"),
    "GET /api/uploads": OWN,
    "GET /api/uploads/known": OWN,
    "POST /api/uploads/known": MAKES,
}
