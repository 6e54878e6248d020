"""The requests for the routes of alerts; no alert has the number of a run."""

from tests.support.asks import Ask, DomainAsks

BASE = "/api/scheduler/alerts"
LATER = {"until": "2999-01-01T00:00:00+00:00", "reason": "known"}
DOMAIN_ASKS = DomainAsks(
    asks={
        # the row has no resource in its address that somebody owns: no rule is called so
        f"PATCH {BASE}/rules/{{name}}": Ask(404, json={"hold_s": 60}),
        f"GET {BASE}/{{id}}": Ask(404),
        # refused for its time, before the alert is looked for
        f"POST {BASE}/{{id}}/mute": Ask(422, json=LATER),
        f"POST {BASE}/{{id}}/unmute": Ask(404, json={}),
    },
    made={},
)
