"""The request for the route that moves a switch."""

from tests.support.asks import Ask, DomainAsks

OFF = {"percent": 0, "reason": "It fails."}
# the row has no resource in its address that somebody owns: no flag is called so
DOMAIN_ASKS = DomainAsks(asks={"PATCH /api/flags/{name}": Ask(404, json=OFF)}, made={})
