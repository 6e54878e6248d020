"""Sockets of whom nobody knows yet who they are."""

from app.realtime.strangers import Strangers


def test_the_oldest_of_an_address_goes_when_there_are_too_many() -> None:
    strangers = Strangers(2, 10, lambda: 0.0)
    left = [strangers.enter(sid, "192.0.2.1") for sid in ("one", "two", "three")]
    assert left == [None, None, "one"]
    assert strangers.enter("four", "192.0.2.2") is None


def test_who_is_known_or_gone_is_a_stranger_no_more() -> None:
    moment = 0.0
    strangers = Strangers(2, 10, lambda: moment)
    for sid in ("one", "two"):
        strangers.enter(sid, "192.0.2.1")
    strangers.leave("one")
    strangers.leave("nobody")
    moment = 11.0
    assert list(strangers.overdue()) == ["two"]
    assert strangers.enter("three", "192.0.2.1") is None


def test_nobody_is_overdue_before_the_time_is_up() -> None:
    moment = 0.0
    strangers = Strangers(2, 10, lambda: moment)
    strangers.enter("one", "192.0.2.1")
    moment = 9.0
    assert not list(strangers.overdue())
