"""The requests for the routes of channels; no channel has the number of a run."""

from tests.support.asks import Ask, DomainAsks

BASE = "/api/channels"
NEW = {"kind": "webhook", "name": "ops", "target": "https://hooks.example.org/1"}
DOMAIN_ASKS = DomainAsks(
    asks={
        f"POST {BASE}": Ask(201, json=NEW),
        f"GET {BASE}/{{id}}": Ask(404),
        f"PATCH {BASE}/{{id}}": Ask(404, json={"name": "other"}),
        f"DELETE {BASE}/{{id}}": Ask(404),
        f"POST {BASE}/{{id}}/secret": Ask(404, json={}),
        f"POST {BASE}/{{id}}/test": Ask(404, json={}),
        f"GET {BASE}/{{id}}/deliveries": Ask(404),
        f"POST {BASE}/{{id}}/deliveries/{{delivery_id}}/retry": Ask(404, json={}),
    },
    made={},
)
