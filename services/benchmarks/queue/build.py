"""A data set as a worker builds it for an entry."""

from typing import cast

from app.db.engine import Database
from app.jobs import states
from app.models.benchmark_queue import QueueEntry
from services.benchmarks.personas.build import built_set
from services.benchmarks.personas.create import keep_set
from services.benchmarks.personas.types import BuildRequest
from services.benchmarks.queue.advance import actor_of
from services.benchmarks.queue.configs import request_of
from services.runs.training.ports import FencedAttempt


def perform_build(entry_id: int, attempt: FencedAttempt, database: Database) -> None:
    """Build the data set of an entry; it and the end of the job are one commit.

    Raises what ``build_set`` raises, which fails the job with its sentence.
    """
    with database.read() as session:
        entry = session.get(QueueEntry, entry_id)
        actor = None if entry is None else actor_of(session, entry.owner_id)
    built = None
    if entry is not None and actor is not None and not attempt.stop_requested():
        request = cast("BuildRequest", request_of(entry.type, entry.config))
        built = built_set(database, actor, request)
    with attempt.write() as unit:
        row = unit.session.get(QueueEntry, entry_id)
        if row is None or built is None or actor is None or attempt.stop_requested():
            attempt.finish(unit, states.CANCELLED)
            return
        keep_set(unit, actor, *built)
        row.result_id = built[0].id
        unit.session.flush()
        attempt.finish(unit, states.SUCCEEDED)
