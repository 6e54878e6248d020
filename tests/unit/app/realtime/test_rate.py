"""How many events one socket may send."""

from app.realtime.rate import Rate


def test_a_burst_passes_and_then_so_many_in_a_second() -> None:
    moment = 0.0
    rate = Rate(3, 2, lambda: moment)
    assert [rate.take() for _ in range(4)] == [True, True, True, False]
    moment = 1.0
    assert [rate.take() for _ in range(3)] == [True, True, False]


def test_rest_earns_no_more_than_a_burst() -> None:
    moment = 0.0
    rate = Rate(2, 5, lambda: moment)
    moment = 1000.0
    assert [rate.take() for _ in range(3)] == [True, True, False]
