"""Clients of Redis that wait for it.

Redis is a doorbell here: it may be away for a while, and it may lose everything, so nothing but
calls is kept in it (design D1).
"""

from redis import BlockingConnectionPool, Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from app.settings import Settings

CONNECTIONS = 50


def connect(settings: Settings, *, retries: int = 200) -> Redis:
    """Return a client that waits for a lost Redis, up to 2 s between ``retries`` attempts.

    Nothing is sent before the first command.
    """
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=CONNECTIONS,
        retry=Retry(ExponentialBackoff(cap=2.0, base=0.02), retries),
        socket_connect_timeout=5.0,
        health_check_interval=15,
    )
    return Redis(connection_pool=pool)
