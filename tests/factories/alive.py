"""Signs of life of processes that a test does not start."""

import time
from datetime import timedelta

from app.clock import now
from app.health import CLOCK_KEY
from app.jobs.queues import QUEUES
from app.resources import Resources


def all_alive(resources: Resources, *, lasting: timedelta = timedelta()) -> None:
    """Tick as the clock and beat as a worker of each queue, now or for as long as wanted."""
    resources.redis.set(CLOCK_KEY, time.time() + lasting.total_seconds())
    beat = (now() + lasting).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for queue in QUEUES:
        resources.redis.hset(f"rq:worker:{queue}-host-1-a", "last_heartbeat", beat)
