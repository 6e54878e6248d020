"""The worker process: takes one number at a time from one queue and forks a work-horse for it.

RQ gives the queue, the registration and the signals. What RQ would do with a job (results,
callbacks, registries, retries) is left out: the row is the truth.
"""

import os
import select
import signal
import traceback
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.worker.base import StopRequested, WorkerStatus

from app import pulse
from app.jobs.dispatch import SealedJob
from app.outages import REDIS, report_failure, report_reachable
from app.process import die_with_parent
from workers.endings import reason_of

log = structlog.get_logger(__name__)

BEAT_SECONDS = 10.0


class RoundhouseWorker(Worker):
    """An RQ worker of one queue that forks ``perform(job_id, holder)`` for each sealed job.

    The parent imports what is heavy, never computes, and never opens the platform's database: a
    death is reported by a second short-lived child.
    """

    job_class = SealedJob
    log_job_description = False
    max_connection_wait_time = 1.0
    perform: Callable[[int, str], None]
    report_death: Callable[[int, str, int], None]

    def subscribe(self) -> None:
        """Do not listen: RQ's commands would be a second way to stop a job."""

    def unsubscribe(self) -> None:
        """Do nothing: see ``subscribe``."""

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Return False: RQ's registries are not used, ``clock`` looks after the rows."""
        return False

    def execute_job(self, job: SealedJob, queue: Queue) -> None:
        """Fork a work-horse for the job's row and wait for its end."""
        self._forget(job, queue)
        self.set_state(WorkerStatus.BUSY)
        holder = f"{self.name}:{uuid4().hex}"
        self._horse_pid = _fork(lambda: self.perform(job.row_id, holder))
        status = self._wait(self._horse_pid)
        self._horse_pid = 0
        if status != 0:
            log.warning("work-horse died", row_id=job.row_id, reason=reason_of(status))
            reporter = _fork(lambda: self.report_death(job.row_id, holder, status))
            self._wait(reporter)
        self.set_state(WorkerStatus.IDLE)

    def _forget(self, job: SealedJob, queue: Queue) -> None:
        """Leave nothing of the call in Redis: if this worker dies now, ``clock`` calls again."""
        with self.connection.pipeline() as pipeline:
            pipeline.delete(job.key)
            pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
            pipeline.execute()

    def _wait(self, pid: int) -> int:
        """Wait for the work-horse, staying visible in Redis; return its wait status."""
        ended = os.pidfd_open(pid)
        try:
            while not select.select([ended], [], [], BEAT_SECONDS)[0]:
                self._stay_visible()
        finally:
            os.close(ended)
        return os.waitpid(pid, 0)[1]

    def _stay_visible(self) -> None:
        pulse.beat()
        try:
            self.heartbeat()
        except RedisError as error:
            report_failure(error, note="the work goes on")

    def register_birth(self) -> None:
        """Be known, and let the queue be known before its first call: to ``rq info``, for one."""
        super().register_birth()
        self.connection.sadd(Queue.redis_queues_keys, *(queue.key for queue in self.queues))

    def heartbeat(self, *arguments: Any, **options: Any) -> None:
        """Beat, and note that Redis answers."""
        pulse.beat()
        super().heartbeat(*arguments, **options)
        report_reachable(REDIS)

    def handle_warm_shutdown_request(self) -> None:
        """Ask the work-horse to leave at its next checkpoint."""
        if self._horse_pid:
            os.kill(self._horse_pid, signal.SIGTERM)

    def _shutdown(self) -> None:
        """Stop after the work-horse, or at once, without Redis, which may be the one away."""
        if not self._horse_pid:
            raise StopRequested
        self._stop_requested = True


def _fork(work: Callable[[], None]) -> int:
    """Run ``work`` in a child of its own process group that dies with this process."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setpgrp()
        die_with_parent(parent)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work()
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else status
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)
