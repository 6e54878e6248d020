"""What the web process measures as it works: requests, statements, delivery of events.

Every label has few values: routes are templates such as ``/api/runs/<run_id>``, never addresses.
"""

import time
from collections.abc import Collection
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from quart import Quart, Response, g, request
from sqlalchemy import Engine

from app.clock import now
from app.db.statements import measure_statements

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STATEMENT_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)
FAULTS = 400  # statuses from here on refuse, which is quick and says nothing of the route
DELIVERY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0)


class Instruments:
    """The counters and histograms of one web process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(namespace="roundhouse_web", registry=self.registry)
        self.requests = Counter(
            "roundhouse_http_requests_total",
            "HTTP requests answered, by method, route template and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "roundhouse_http_request_duration_seconds",
            "Time from a request's arrival to the head of its answer.",
            ("method", "route"),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self.statement_seconds = Histogram(
            "roundhouse_database_statement_duration_seconds",
            "Time of one statement of the web process, waiting for locks included.",
            buckets=STATEMENT_BUCKETS,
            registry=self.registry,
        )
        self.delivery_seconds = Histogram(
            "roundhouse_event_delivery_seconds",
            "Event lag: time from the writing of an event to its delivery to live pages.",
            buckets=DELIVERY_BUCKETS,
            registry=self.registry,
        )

    def note_delivery(self, written_at: str) -> None:
        """Count an event that was written at this ISO-8601 time and is delivered now."""
        lag = (now() - datetime.fromisoformat(written_at)).total_seconds()
        self.delivery_seconds.observe(max(0.0, lag))


def install_instruments(app: Quart, engine: Engine, watched: Collection[str] = ()) -> Instruments:
    """Measure every request of ``app`` and every statement of ``engine``.

    The answers of ``watched`` routes, such as ``/api/runs/<run_id>``, are counted by the minute.
    """
    instruments = Instruments()

    async def begin() -> None:
        g.began = time.perf_counter()

    async def end(response: Response) -> Response:
        method = request.method if request.method in METHODS else "other"
        route = request.url_rule.rule if request.url_rule else "unmatched"
        instruments.requests.labels(method, route, response.status_code).inc()
        if "began" in g:
            seconds = time.perf_counter() - g.began
            instruments.request_seconds.labels(method, route).observe(seconds)
            if route in watched and response.status_code < FAULTS:
                app.extensions["resources"].minutes.observe(route, seconds)
        return response

    app.before_request(begin)
    app.after_request(end)
    measure_statements(engine, instruments.statement_seconds.observe)
    app.extensions["instruments"] = instruments
    return instruments
