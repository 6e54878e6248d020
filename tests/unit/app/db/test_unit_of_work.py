"""One use case, one transaction, with its events and jobs inside it."""

import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.db.uow import NewJob, commit_with
from app.events import Event
from app.models import EventRow, IdempotencyKey, Job, Topic
from tests.factories.people import make_user


@dataclass(frozen=True, kw_only=True)
class Written(Event):
    type: ClassVar[str] = "test_written"
    number: int


class Stop(Exception):
    pass


JOB = NewJob(kind="toy", queue="io", subject="toy:1")


def count(database, model) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model))


def key_row(user, key="k"):
    return IdempotencyKey(user_id=user.id, key=key, request_hash="h", created_at=now())


def test_a_unit_of_work_refuses_to_nest(database):
    with database.write(), pytest.raises(RuntimeError, match="open already"), database.write():
        pass


def test_after_one_that_failed_the_next_may_open(database):
    with pytest.raises(Stop), database.write():
        raise Stop
    with database.write() as unit:
        unit.publish("t", Written(number=1))
    assert count(database, EventRow) == 1


def test_another_thread_has_a_unit_of_work_of_its_own(database):
    done = []

    def work():
        with database.write() as unit:
            unit.publish("t", Written(number=1))
        done.append(True)

    thread = threading.Thread(target=work)
    with database.read():
        thread.start()
        thread.join()
    assert done == [True]


def test_events_and_jobs_are_written_with_the_commit_and_not_before(database):
    with database.write() as unit:
        unit.publish("t", Written(number=1))
        job = unit.enqueue(JOB)
        assert job.id is None
    assert job.id is not None
    assert (count(database, EventRow), count(database, Job)) == (1, 1)


def test_a_rollback_drops_events_and_jobs_and_rings_nobody(database, doorbell):
    with pytest.raises(Stop), database.write() as unit:
        unit.publish("t", Written(number=1))
        unit.enqueue(JOB)
        raise Stop
    assert (count(database, EventRow), count(database, Topic), count(database, Job)) == (0, 0, 0)
    assert (doorbell.topics, doorbell.jobs) == ([], [])


def test_the_doorbell_names_the_job_and_the_topic_after_the_commit(database, doorbell):
    with database.write() as unit:
        unit.publish("t", Written(number=1))
        job = unit.enqueue(JOB)
        assert doorbell.jobs == []
    assert doorbell.topics == [{"t": 1}]
    assert [(call.queue, call.job_id) for call in doorbell.jobs] == [("io", job.id)]


def test_every_call_has_an_id_that_no_queue_has_seen(database, doorbell):
    for _ in range(3):
        with database.write() as unit:
            unit.enqueue(JOB)
    assert len({call.dispatch_id for call in doorbell.jobs}) == 3


def test_a_use_case_that_publishes_nothing_rings_nobody(database, doorbell):
    make_user(database)
    assert doorbell.topics == []


def test_an_event_that_has_no_json_form_takes_the_whole_transaction_with_it(database):
    with pytest.raises(Exception, match="JSON"), database.write() as unit:
        unit.enqueue(JOB)
        unit.publish("t", Written(number=object()))
    assert count(database, Job) == 0


def test_a_companion_is_written_in_the_same_transaction(database):
    user = make_user(database)
    with commit_with(key_row(user)), database.write() as unit:
        unit.enqueue(JOB)
        assert count(database, IdempotencyKey) == 0
    assert (count(database, IdempotencyKey), count(database, Job)) == (1, 1)


def test_a_companion_that_is_there_already_undoes_the_effect(database):
    user = make_user(database)
    for _ in range(2):
        try:
            with commit_with(key_row(user)), database.write() as unit:
                unit.enqueue(JOB)
        except IntegrityError:
            pass
    assert (count(database, IdempotencyKey), count(database, Job)) == (1, 1)


def test_a_companion_is_written_once_however_many_units_follow(database):
    user = make_user(database)
    with commit_with(key_row(user)):
        for _ in range(2):
            with database.write() as unit:
                unit.enqueue(JOB)
    assert (count(database, IdempotencyKey), count(database, Job)) == (1, 2)


def test_a_rolled_back_unit_leaves_the_companion_for_the_next(database):
    user = make_user(database)
    with commit_with(key_row(user)):
        with pytest.raises(Stop), database.write():
            raise Stop
        with database.write() as unit:
            unit.enqueue(JOB)
    assert count(database, IdempotencyKey) == 1


def test_outside_its_block_a_companion_is_forgotten(database):
    user = make_user(database)
    with commit_with(key_row(user)):
        pass
    with database.write() as unit:
        unit.enqueue(JOB)
    assert count(database, IdempotencyKey) == 0
