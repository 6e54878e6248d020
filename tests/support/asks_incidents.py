"""The requests for the routes of the failure inbox; no incident has the number of a run."""

from tests.support.asks import Ask, DomainAsks

BASE = "/api/inbox/incidents"
NONE = Ask(404, json={})
DOMAIN_ASKS = DomainAsks(
    asks={
        f"POST {BASE}/bulk": Ask(json={"action": "acknowledge"}),
        f"GET {BASE}/{{id}}": Ask(404),
        f"GET {BASE}/{{id}}/failures": Ask(404),
        f"POST {BASE}/{{id}}/acknowledge": NONE,
        f"POST {BASE}/{{id}}/snooze": Ask(404, json={"more": 1}),
        f"POST {BASE}/{{id}}/fixed": NONE,
        f"POST {BASE}/{{id}}/reopen": NONE,
        f"POST {BASE}/{{id}}/assign": Ask(404, json={"user_id": None}),
        f"POST {BASE}/{{id}}/notes": Ask(404, json={"text": "seen"}),
        f"POST {BASE}/{{id}}/merge": Ask(404, json={"incident_ids": [1]}),
        f"POST {BASE}/{{id}}/split": Ask(404, json={"subject": "run:1"}),
        f"POST {BASE}/{{id}}/retry": NONE,
    },
    made={},
)
