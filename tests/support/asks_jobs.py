"""The requests for the routes of the list of all jobs."""

from tests.support.asks import Ask, DomainAsks

DOMAIN_ASKS = DomainAsks(
    asks={
        "GET /api/jobs/suggest": Ask(query="?field=kind"),
        "POST /api/jobs/bulk": Ask(json={"action": "cancel", "filter": {}}),
        "GET /api/jobs/{id}": Ask(404),
    },
    made={},
)
