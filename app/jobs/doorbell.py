"""Ringing through Redis, which may be away or hang: no commit waits for it twice."""

import threading
import time
from collections.abc import Mapping, Sequence

from redis import Redis
from redis.exceptions import RedisError

from app.db.doorbell import Dispatch
from app.jobs.dispatch import Dispatcher
from app.outages import REDIS, report_failure, report_reachable

CHANNEL = "roundhouse:topics"
PROBE_SECONDS = 1.0


class RedisDoorbell:
    """Rings through Redis; one that cannot be reached is a log line, for pollers find the rows.

    After a failure nothing is rung until a thread of its own has heard Redis answer: the commit
    that met the failure is the only one that waited. ``redis`` should be impatient
    (``app.redis.connect_doorbell``).
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._dispatcher = Dispatcher(redis)
        self._lock = threading.Lock()
        self._is_away = False

    def ring(self, topics: Mapping[str, int], jobs: Sequence[Dispatch]) -> None:
        """Publish each topic's newest seq and dispatch each job."""
        if self._is_away:
            return
        try:
            for topic, seq in topics.items():
                self._redis.publish(CHANNEL, f"{seq} {topic}")
            for call in jobs:
                self._dispatcher.dispatch(call)
            report_reachable(REDIS)
        except RedisError as error:
            self._be_away()
            report_failure(error)

    def _be_away(self) -> None:
        with self._lock:
            if self._is_away:
                return
            self._is_away = True
        threading.Thread(target=self._probe, name="doorbell", daemon=True).start()

    def _probe(self) -> None:
        """Ask until Redis answers, then let commits ring again."""
        while self._is_away:
            time.sleep(PROBE_SECONDS)
            try:
                self._redis.ping()
            except RedisError as error:
                report_failure(error)
            else:
                report_reachable(REDIS)
                self._is_away = False
