"""Events over HTTP: what a client pages through after it was away for long."""

from typing import Any

from app.events.log import EventsPage, read_page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import query, returns
from app.http.gate import current_actor, the_gate
from app.http.resources import resources
from blueprints.events.schemas import EventPage, EventQuery

events = ApiBlueprint("events", __name__, url_prefix="/api/events")


@events.get("")
@query(EventQuery())
@returns(EventPage())
def list_events(query: dict[str, Any]) -> EventsPage:
    """Read a topic's events after a number, at most 500 at a time."""
    topic = query["topic"]
    the_gate().sockets.require_topic(current_actor(), topic)
    with resources().database.read() as session:
        return read_page(session, topic, query["after"], query["limit"])
