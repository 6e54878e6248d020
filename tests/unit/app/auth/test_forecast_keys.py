"""Forecast keys: what they may reach, and how often."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.actor import Actor
from app.auth.forecast_keys import CALLS_PER_MINUTE, counted, is_forecast_key
from app.auth.policy import check
from app.errors import Forbidden, TooMany
from blueprints import ACCESS

AT = datetime(2024, 1, 1, tzinfo=UTC)
KEY = Actor(user_id=1, role="viewer", scopes=frozenset(), via="key", bound_to=7)


def test_a_key_may_call_one_route_of_all():
    passed = set()
    for row, rule in ACCESS.routes.items():
        try:
            check(rule, KEY)
            passed.add(row)
        except Forbidden:
            assert not rule.admits_keys
    assert passed == {"POST /api/training/forecast/{id}"}


@given(st.lists(st.floats(0, 200), max_size=150))
def test_no_minute_holds_more_calls_than_allowed(seconds):
    recent, passed = [], []
    for second in sorted(seconds):
        at = AT + timedelta(seconds=second)
        try:
            recent = counted(recent, at)
            passed.append(at)
        except TooMany:
            assert len(recent) == CALLS_PER_MINUTE
    for first, last in zip(passed, passed[CALLS_PER_MINUTE:], strict=False):
        assert last - first >= timedelta(minutes=1) - timedelta(milliseconds=1)
    assert len(recent) <= CALLS_PER_MINUTE


def test_a_call_after_the_wait_that_was_named_passes():
    recent = [AT.timestamp() + n / 2 for n in range(CALLS_PER_MINUTE)]
    at = AT + timedelta(seconds=40.3)
    with pytest.raises(TooMany) as refused:
        counted(recent, at)
    assert refused.value.retry_after == 20
    counted(recent, at + timedelta(seconds=refused.value.retry_after))


@pytest.mark.parametrize(("secret", "is_one"), [("sk_fcst_x", True), ("rh_x", False), ("", False)])
def test_a_key_is_known_by_its_beginning(secret, is_one):
    assert is_forecast_key(secret) is is_one
