"""Calling the workers: an RQ job that is sealed down to one function and one integer.

Redis may be written by somebody else one day, and an RQ job can name any importable function,
callbacks and webhooks among them. So nothing that Redis holds is believed: a job that is not
exactly what ``dispatch`` writes does not exist (design D2).
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from redis import Redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job as RqJob
from rq.utils import as_text, decode_redis_hash

from app.db.doorbell import Dispatch

log = structlog.get_logger(__name__)

PERFORM = "workers.runtime.perform"
OURS = {"created_at", "data", "origin", "enqueued_at", "timeout", "status", "description"}
HARMLESS = {("result_ttl", b"0"), ("failure_ttl", b"0")}
MAX_DATA_LENGTH = 1024


class ForgedJob(NoSuchJobError):
    """The job in Redis is not one of ours. RQ passes over what does not exist."""


class SealedJob(RqJob):
    """An RQ job that can carry the id of a row, and nothing else."""

    row_id: int

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Take over a job from Redis if it is sealed.

        Raises ForgedJob for any other function, argument, callback, webhook, retry or repeat.
        """
        known = {
            name: value
            for name, value in decode_redis_hash(raw_data).items()
            if value not in (b"", "") and (name, value) not in HARMLESS
        }
        try:
            self.row_id = _sealed_id(known)
        except (ValueError, TypeError, KeyError, zlib.error) as error:
            self.connection.delete(self.key)
            log.warning("forged job refused", rq_id=self.id, reason=str(error))
            raise ForgedJob(f"Job {self.id} is not sealed") from None
        super().restore({name.encode(): known[name] for name in OURS if name in known})

    def perform(self) -> Any:
        """Refuse: the worker claims the row ``row_id`` instead of running what RQ would."""
        raise ForgedJob("A sealed job is not performed by RQ")


def _sealed_id(known: Mapping[str, Any]) -> int:
    strange = sorted(set(known) - OURS)
    if strange:
        raise ValueError(f"it carries {', '.join(strange)}")
    if as_text(known.get("timeout", b"-1")) != "-1":
        raise ValueError("it has a timeout")
    function, instance, arguments, named = orjson.loads(_inflated(known["data"]))
    if function != PERFORM or instance is not None or named:
        raise ValueError("it calls something else")
    if len(arguments) != 1 or type(arguments[0]) is not int:
        raise ValueError("it has other arguments")
    return int(arguments[0])


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    text = inflater.decompress(data, MAX_DATA_LENGTH)
    if inflater.unconsumed_tail:
        raise ValueError("it is larger than an id")
    return text


class Dispatcher:
    """Puts sealed jobs on the queues of RQ."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def queue(self, name: str) -> Queue:
        """Return the RQ queue called ``name``."""
        return Queue(name, connection=self._redis, serializer="json", job_class=SealedJob)

    def dispatch(self, call: Dispatch) -> None:
        """Call a worker of the queue. Raises RedisError when Redis is away."""
        self.queue(call.queue).enqueue_call(
            PERFORM,
            args=(call.job_id,),
            timeout=-1,
            result_ttl=0,
            failure_ttl=0,
            job_id=call.dispatch_id,
            description="",
        )

    def is_waiting(self, call: Dispatch) -> bool:
        """Return whether the call still lies in its queue."""
        return self._redis.lpos(self.queue(call.queue).key, call.dispatch_id) is not None

    def sweep(self, queues: Sequence[str]) -> None:
        """Delete the calls of workers that died between taking a call and forgetting it.

        A call that is being taken at this very moment may go too: ``clock`` makes it again.
        """
        for name in queues:
            key = self.queue(name).intermediate_queue_key
            taken = self._redis.lrange(key, 0, -1)
            self._redis.delete(key, *(SealedJob.key_for(as_text(rq_id)) for rq_id in taken))
