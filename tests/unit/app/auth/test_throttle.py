from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth.throttle import (
    PER_ACCOUNT_AND_ADDRESS,
    PER_ADDRESS,
    WINDOW,
    count_attempt,
    reset_attempts,
)
from app.clock import now
from app.errors import TooMany
from app.models.login_attempt import LoginAttempts

HERE, THERE = "203.0.113.9", "198.51.100.7"


def fail(database, times, email="ada@example.org", address=HERE, at=None):
    for i in range(times):
        with database.write() as uow:
            count_attempt(uow.session, email, address, (at or now()) + timedelta(seconds=i))


def is_let_in(database, **who) -> bool:
    """Try once more and return whether the attempt was looked at."""
    try:
        fail(database, 1, **who)
    except TooMany:
        return False
    return True


def test_the_sixth_failure_within_the_window_is_refused_with_a_time_to_wait(database):
    fail(database, PER_ACCOUNT_AND_ADDRESS)
    with pytest.raises(TooMany) as caught:
        fail(database, 1)
    assert 0 < caught.value.retry_after <= WINDOW.total_seconds()


def test_a_stranger_elsewhere_does_not_keep_the_owner_out(database):
    fail(database, PER_ACCOUNT_AND_ADDRESS, address=THERE)
    assert [is_let_in(database, address=place) for place in (THERE, HERE)] == [False, True]


def test_another_account_from_the_same_place_goes_on(database):
    fail(database, PER_ACCOUNT_AND_ADDRESS)
    people = ("ada@example.org", "grace@example.org")
    assert [is_let_in(database, email=email) for email in people] == [False, True]


def test_one_place_cannot_try_account_after_account(database):
    for i in range(PER_ADDRESS):
        fail(database, 1, email=f"person{i}@example.org")
    with pytest.raises(TooMany):
        fail(database, 1, email="one.more@example.org")


def test_the_window_slides(database):
    start = now()
    fail(database, PER_ACCOUNT_AND_ADDRESS, at=start)
    with pytest.raises(TooMany):
        fail(database, 1, at=start + WINDOW - timedelta(seconds=1))
    fail(database, 1, at=start + WINDOW)
    with pytest.raises(TooMany):
        fail(database, 1, at=start + WINDOW)


def test_refused_attempts_do_not_lengthen_the_wait(database):
    start = now()
    fail(database, PER_ACCOUNT_AND_ADDRESS, at=start)
    for _ in range(3):
        with pytest.raises(TooMany):
            fail(database, 1, at=start + timedelta(minutes=10))
    fail(database, 1, at=start + WINDOW + timedelta(seconds=5))


def test_the_right_password_forgives_the_failures_before_it(database):
    fail(database, PER_ACCOUNT_AND_ADDRESS - 1)
    at = now()
    fail(database, 1, at=at)
    with database.write() as uow:
        reset_attempts(uow.session, "ada@example.org", HERE, at)
    tries = [is_let_in(database) for _ in range(PER_ACCOUNT_AND_ADDRESS + 1)]
    assert tries == [True] * PER_ACCOUNT_AND_ADDRESS + [False]


def test_nothing_that_was_typed_can_be_read_in_the_table(database):
    fail(database, 1, email="my-secret-password")
    with database.read() as session:
        rows = session.scalars(select(LoginAttempts)).all()
    assert len(rows) == 2
    assert not any("my-secret" in row.key or HERE in row.key for row in rows)
