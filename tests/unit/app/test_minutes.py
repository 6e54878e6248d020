"""Durations by the minute: counted in each process, added up in Redis, read as percentiles."""

from datetime import timedelta

import pytest

from app.clock import now
from app.metrics.durations import percentile
from app.metrics.minutes import GROWTH, KEEP_S, MinuteCounts


def test_what_two_processes_count_is_read_as_one_with_the_error_of_a_bucket(redis):
    one, other = MinuteCounts(redis), MinuteCounts(redis)
    for number in range(1, 11):
        (one if number % 2 else other).observe("route", number / 10)
    one.flush()
    other.flush()
    counts = MinuteCounts(redis).read("route", 300, now())
    assert counts is not None
    assert sum(count for _, count in counts) == 10
    assert 0.5 <= percentile(counts, 0.5) <= 0.5 * GROWTH
    assert 1.0 <= percentile(counts, 0.95) <= 1.0 * GROWTH


def test_what_is_older_than_the_window_does_not_count_and_goes_by_itself(redis):
    counts = MinuteCounts(redis)
    counts.observe("route", 1.0)
    assert counts.read("route", 60, now() + timedelta(minutes=2)) == []
    (key,) = redis.keys("roundhouse:minutes:route:*")
    assert 0 < redis.ttl(key) <= KEEP_S


def test_fast_statements_are_not_counted(redis):
    counts = MinuteCounts(redis)
    counts.note_statement(0.099)
    assert counts.read("statements", 300, now()) == []
    counts.note_statement(0.7)
    assert len(counts.read("statements", 300, now()) or []) == 1


def test_a_percentile_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="Nothing"):
        percentile([], 0.95)
