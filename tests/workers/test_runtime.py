"""What ends an attempt, and what ends its job."""

import errno
import signal

import pytest
from sqlalchemy.exc import OperationalError

from app.db.uow import NewJob
from app.errors import Invalid
from app.models import Job
from app.storage import StorageUnavailable
from workers.runtime import perform


@pytest.fixture(autouse=True)
def same_signals():
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def outcome(resources):
    """Do one job by raising an error; return what the row says then."""

    def of(error: Exception) -> tuple[str, dict | None]:
        def handler(attempt, resources):
            raise error

        with resources.database.write() as unit:
            job = unit.enqueue(NewJob(kind="toy", queue="io", subject="thing:1"))
        perform(job.id, "test:1", resources, {"toy": handler})
        with resources.database.read() as session:
            row = session.get_one(Job, job.id)
            return row.state, row.error

    return of


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("COMMIT", {}, Exception("gone")),
        StorageUnavailable("The object store does not answer."),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EROFS, "Read-only file system"),
    ],
)
def test_a_part_that_is_away_ends_the_attempt_and_not_the_job(outcome, error):
    state, reason = outcome(error)
    assert (state, "It goes on by itself" in reason["detail"]) == ("queued", True)


def test_a_job_that_is_over_stays_so_when_the_store_goes_away_after_its_end(resources):
    def handler(attempt, resources):
        with attempt.write() as unit:
            attempt.finish(unit)
        raise StorageUnavailable("The object store does not answer.")

    with resources.database.write() as unit:
        job = unit.enqueue(NewJob(kind="toy", queue="io", subject="thing:1"))
    perform(job.id, "test:1", resources, {"toy": handler})
    with resources.database.read() as session:
        assert session.get_one(Job, job.id).state == "succeeded"


def test_an_error_for_people_ends_the_job_with_its_sentence(outcome):
    state, error = outcome(Invalid("There is one class only."))
    said = {"type": "invalid", "detail": "There is one class only.", "reason": "config"}
    assert (state, error) == ("failed", said)


def test_any_other_error_ends_the_job_and_keeps_its_words_to_the_log(outcome):
    state, error = outcome(ValueError("/secret/path"))
    assert (state, error["type"]) == ("failed", "ValueError")
    assert "secret" not in error["detail"]
