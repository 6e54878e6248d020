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

from app.outages import report_failure
from app.settings import Settings

CONNECTIONS = 50
TAKES_NO_WRITES = "MISCONF"  # its disk is full or read-only: it refuses what changes anything
T = TypeVar("T")


class ReportingRetry(Retry):
    """Tries again for minutes, and says so meanwhile."""

    def call_with_retry(self, do: Callable[[], T], *arguments: Any, **options: Any) -> T:
        """Call ``do`` until it succeeds or the attempts are used up.

        A Redis that takes no writes is waited for like one that is away.
        """

        def reported() -> T:
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

    Nothing is sent before the first command.
    """
    kind = ReportingRetry if retries else Retry  # else whoever calls reports it
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=CONNECTIONS,
        retry=kind(ExponentialBackoff(cap=2.0, base=0.02), retries),
        socket_connect_timeout=5.0,
        health_check_interval=15,
    )
    return Redis(connection_pool=pool)
