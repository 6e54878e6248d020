"""Clients of Redis that wait for it.

Redis is a doorbell here: it may be away for a while, and it may lose everything, so nothing but
calls is kept in it (design D1).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from redis import BlockingConnectionPool, Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.retry import Retry

from app import pulse
from app.outages import report_failure
from app.settings import Settings

CONNECTIONS = 50
ANSWER_SECONDS = 1.0  # after which a Redis that hangs counts as away: the clock has more to do
CONNECT_SECONDS = 5.0  # for whoever is patient
RING_SECONDS = 0.12  # for a doorbell: a reply, and once more where a connection is made anew
TAKES_NO_WRITES = "MISCONF"  # its disk is full or read-only: it refuses what changes anything
BACKOFF = ExponentialBackoff(cap=2.0, base=0.02)
T = TypeVar("T")


class ReportingRetry(Retry):
    """Tries again for minutes, and says so meanwhile."""

    def call_with_retry(self, do: Callable[[], T], *arguments: Any, **options: Any) -> T:
        """Call ``do`` until it succeeds or the attempts are used up.

        A Redis that takes no writes is waited for like one that is away.
        """

        def reported() -> T:
            pulse.beat()  # who waits for Redis does not hang
            try:
                return _done(do)
            except self._supported_errors as error:
                report_failure(error)
                raise

        return super().call_with_retry(reported, *arguments, **options)


def _done(do: Callable[[], T]) -> T:
    """Return what ``do`` returns. Raises RedisConnectionError where Redis takes no writes."""
    try:
        return do()
    except ResponseError as error:
        if TAKES_NO_WRITES not in str(error):
            raise
        raise RedisConnectionError(str(error)) from error


def connect(settings: Settings, *, retries: int = 200) -> Redis:
    """Return a client that waits for a lost Redis, up to 2 s between ``retries`` attempts.

    Nothing is sent before the first command. Whoever retries may block for long on purpose, as
    workers do: their commands have no limit of ours.
    """
    if retries:
        return _client(settings, ReportingRetry(BACKOFF, retries), None, CONNECT_SECONDS)
    return _client(settings, Retry(BACKOFF, 0), ANSWER_SECONDS, ANSWER_SECONDS)


def connect_doorbell(settings: Settings) -> Redis:
    """Return a client for what may get lost: it gives up sooner than a commit may be held up."""
    return _client(settings, Retry(BACKOFF, 0), RING_SECONDS, RING_SECONDS)


def _client(settings: Settings, retry: Retry, answer: float | None, connect: float) -> Redis:
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=CONNECTIONS,
        retry=retry,
        socket_timeout=answer,
        socket_connect_timeout=connect,
        health_check_interval=15,
    )
    return Redis(connection_pool=pool)
