"""How long things took, counted by the minute and shared by all processes through Redis.

What is slow is not written to the database, which may be what is slow. If Redis loses the counts,
an hour of them is lost and nothing else.
"""

import math
import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from app.clock import now
from app.metrics.durations import STATEMENTS, Counts

SLOW_STATEMENT_S = 0.1  # faster ones are not counted
KEEP_S = 2 * 3600
FLUSH_S = 5.0
FINEST_S = 0.001
GROWTH = 1.05  # each bucket ends so many times later than the one before: that is the error
Place = tuple[str, int, int]  # name, minute, bucket


class MinuteCounts:
    """Counts durations in this process and now and then adds them to everybody's."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._lock = threading.Lock()
        self._pending: Counter[Place] = Counter()
        self._timer: threading.Timer | None = None
        self._process = os.getpid()

    def observe(self, name: str, seconds: float) -> None:
        """Count one duration, which costs the caller some microseconds."""
        place = (name, _minute(now()), _bucket(seconds))
        with self._lock:
            self._pending[place] += 1
            if self._timer is None or self._process != os.getpid():  # a fork has no threads
                self._process = os.getpid()
                self._timer = threading.Timer(FLUSH_S, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def note_statement(self, seconds: float) -> None:
        """Count a statement of the database if it was slow."""
        if seconds >= SLOW_STATEMENT_S:
            self.observe(STATEMENTS, seconds)

    def flush(self) -> None:
        """Add what was counted here to everybody's; while Redis is away it is dropped."""
        with self._lock:
            pending, self._pending = self._pending, Counter()
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
        if not pending:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for (name, minute, bucket), count in pending.items():
                    pipe.hincrby(_key(name, minute), str(bucket), count)
                    pipe.expire(_key(name, minute), KEEP_S)
                pipe.execute()
        except RedisError:
            return

    def read(self, name: str, window_s: int, at: datetime) -> Counts | None:
        """Return the counts of the whole minutes that touch the window before ``at``.

        None while Redis is away: nothing is known then.
        """
        self.flush()
        keys = [_key(name, minute) for minute in _minutes(window_s, at)]
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hgetall(key)
                hashes = pipe.execute()
        except RedisError:
            return None
        total: Counter[int] = Counter()
        for one in hashes:
            total.update({int(bucket): int(count) for bucket, count in one.items()})
        return [(FINEST_S * GROWTH**bucket, count) for bucket, count in sorted(total.items())]


def _bucket(seconds: float) -> int:
    return max(0, math.ceil(math.log(max(seconds, FINEST_S) / FINEST_S, GROWTH)))


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _minutes(window_s: int, at: datetime) -> Iterator[int]:
    yield from range(_minute(at - timedelta(seconds=window_s - 1)), _minute(at) + 1)


def _key(name: str, minute: int) -> str:
    return f"roundhouse:minutes:{name}:{minute}"
