"""Who listens on the queues, as far as Redis knows.

The sets that RQ registers its workers in are written once and do not survive a wiped Redis; the
key that a worker's beat refreshes comes back by itself, so that key is what counts.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Worker
from rq.utils import utcparse

from app.clock import now

SILENT_AFTER = timedelta(seconds=60)


def count_workers(redis: Redis, queues: Sequence[str]) -> dict[str, int]:
    """Return how many workers of each queue have beaten lately. Raises RedisError."""
    prefix = Worker.redis_worker_namespace_prefix
    keys = sorted(redis.scan_iter(f"{prefix}*", count=1000))
    with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.hget(key, "last_heartbeat")
        beats = pipeline.execute()
    names = [
        key.decode().removeprefix(prefix)
        for key, beat in zip(keys, beats, strict=True)
        if _recent(beat)
    ]
    return {queue: sum(name.startswith(f"{queue}-") for name in names) for queue in queues}


def _recent(beat: bytes | None) -> bool:
    if beat is None:
        return False
    seen_at: datetime = utcparse(beat.decode())
    return now() - seen_at.replace(tzinfo=UTC) < SILENT_AFTER
