"""From the commit that queues a job to the first line of its code, against bare RQ.

Both workers are idle, wait on the same Redis and fork a work-horse for each job; they take turns.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from redis import Redis
from rq import Queue, Worker

from app.db.uow import NewJob
from app.process import die_with_parent
from app.redis import connect
from app.resources import Resources, open_resources
from app.settings import Settings
from bench.figures import Figure, at_most, percentile
from bench.private import private_settings
from workers.attempt import Attempt
from workers.build import build_worker

STARTED = "bench:started"
TARGET_MS = 100.0


def stamp(_attempt: Attempt, resources: Resources) -> None:
    """Say when the code of a Roundhouse job began."""
    resources.redis.rpush(STARTED, repr(time.time()))


def bare_stamp(redis_url: str) -> None:
    """Say when the code of a bare RQ job began."""
    at = time.time()
    with Redis.from_url(redis_url) as redis:
        redis.rpush(STARTED, repr(at))


def measure(samples: int = 100) -> list[Figure]:
    """Return p50 and p95 of both, in milliseconds."""
    with private_settings() as settings:
        resources = open_resources(settings, {}, pool_size=2)
        workers = [_start(settings, kind) for kind in ("roundhouse", "bare")]
        try:
            ours, bare = _sample(resources, settings, samples)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
            resources.close()
    return [
        at_most("enqueue → code running, p50", percentile(ours, 50), TARGET_MS, "ms"),
        Figure(name="enqueue → code running, p95", value=percentile(ours, 95), unit="ms"),
        Figure(name="bare RQ, p50", value=percentile(bare, 50), unit="ms"),
        Figure(name="bare RQ, p95", value=percentile(bare, 95), unit="ms"),
    ]


def _start(settings: Settings, kind: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.dispatch", kind, str(os.getpid())],
        env={**os.environ, **settings.environment()},
    )


def _sample(
    resources: Resources, settings: Settings, samples: int
) -> tuple[list[float], list[float]]:
    queue = Queue("bench", connection=resources.redis)

    def ours() -> None:
        with resources.database.write() as unit:
            unit.enqueue(NewJob(kind="stamp", queue="io", subject="bench"))

    def bare() -> None:
        queue.enqueue(bare_stamp, settings.redis_url)

    for warm_up in (ours, bare):
        _once(resources, warm_up)
    pairs = [(_once(resources, ours), _once(resources, bare)) for _ in range(samples)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _once(resources: Resources, enqueue: Callable[[], None]) -> float:
    """Return the milliseconds from just before ``enqueue`` to the job's first line."""
    began = time.time()
    enqueue()
    answer = resources.redis.blpop([STARTED], timeout=60)
    time.sleep(0.05)  # the worker is idle again
    return (float(answer[1]) - began) * 1000


def main() -> None:
    """Be one of the two workers."""
    kind, parent = sys.argv[1:]
    die_with_parent(int(parent))
    settings = Settings.from_env(os.environ)
    if kind == "bare":
        redis = connect(settings)
        Worker([Queue("bench", connection=redis)], connection=redis).work(logging_level="WARNING")
    else:
        build_worker("io", settings, {}, {"stamp": stamp}).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
