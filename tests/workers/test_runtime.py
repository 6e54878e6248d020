"""What ends an attempt, and what ends its job."""

import signal
from contextlib import suppress

import pytest
from sqlalchemy.exc import OperationalError

from app.db.uow import NewJob
from app.errors import Invalid
from app.models import Job
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
        with suppress(OperationalError):
            perform(job.id, "test:1", resources, {"toy": handler})
        with resources.database.read() as session:
            row = session.get_one(Job, job.id)
            return row.state, row.error

    return of


def test_a_database_that_was_away_ends_the_attempt_and_not_the_job(outcome):
    state, error = outcome(OperationalError("COMMIT", {}, Exception("gone")))
    assert (state, error) == ("running", None)


def test_an_error_for_people_ends_the_job_with_its_sentence(outcome):
    state, error = outcome(Invalid("There is one class only."))
    said = {"type": "invalid", "detail": "There is one class only.", "code": "config"}
    assert (state, error) == ("failed", said)


def test_any_other_error_ends_the_job_and_keeps_its_words_to_the_log(outcome):
    state, error = outcome(ValueError("/secret/path"))
    assert (state, error["type"]) == ("failed", "ValueError")
    assert "secret" not in error["detail"]
