from datetime import timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduler.times.catch_up import CatchUp, MissedRule, catch_up
from services.scheduler.times.jitter import Jitter
from tests.support.depth import examples
from tests.unit.services.scheduler.times.cases import at, of_kind, said, timetable

NO_JITTER = Jitter("7")


@of_kind("catch_up")
def test_what_runs_is_that_of_the_case(case):
    rule = MissedRule(CatchUp(case["catch_up"]), case.get("catch_up_most", 1), case["grace_s"])
    result = catch_up(timetable(case), at(case["next_run_at"]), at(case["now"]), rule, NO_JITTER)
    assert said(result.run_for) == case["run_for"]
    assert result.skipped == case["skipped"]
    assert said([result.next_run_at]) == [case["next_run_at_after"]]


@of_kind("jitter")
def test_due_times_lie_between_those_of_the_case(case):
    jitter = Jitter("7", case["jitter_s"])
    nominal = list(islice(timetable(case).times_after(at(case["start"])), len(case["nominal"])))
    assert said(nominal) == case["nominal"]
    due = [jitter.due_at(one) for one in nominal]
    for moment, (first, last) in zip(due, case["between"], strict=True):
        assert at(first) <= moment <= at(last)
    assert due == [Jitter("7", case["jitter_s"]).due_at(one) for one in nominal]


def test_a_delay_is_the_same_on_every_host_and_of_any_age():
    """Written down once: a change would move every schedule."""
    nominal = at("2026-01-01T01:00:00Z")
    assert said([Jitter("7", 300).due_at(nominal)]) == ["2026-01-01T01:00:19Z"]
    assert said([Jitter("8", 300).due_at(nominal)]) == ["2026-01-01T01:01:27Z"]
    assert Jitter("7", 0).due_at(nominal) == nominal


def test_delays_reach_both_ends_and_no_further():
    times = timetable({"cron": "* * * * *"}).times_after(at("2026-01-01T00:00:00Z"))
    delays = {(Jitter("7", 3).due_at(one) - one).total_seconds() for one in islice(times, 100)}
    assert delays == {0, 1, 2, 3}


def test_a_time_whose_jitter_is_not_over_is_not_due():
    table, jitter = timetable({"cron": "0 * * * *"}), Jitter("7", 300)
    nominal = at("2026-01-01T01:00:00Z")
    due = jitter.due_at(nominal)
    early = catch_up(table, nominal, due - timedelta(seconds=1), MissedRule(), jitter)
    assert (early.run_for, early.skipped, early.next_run_at) == ((), 0, nominal)
    # its grace begins when it is due, however much later than its nominal time that is
    late = catch_up(table, nominal, due + timedelta(seconds=60), MissedRule(), jitter)
    assert (late.run_for, late.skipped) == ((nominal,), 0)
    over = catch_up(table, nominal, due + timedelta(seconds=61), MissedRule(), jitter)
    assert (over.run_for, over.skipped) == ((), 1)


def test_rules_that_make_no_sense_are_refused():
    for make in (lambda: MissedRule(most=0), lambda: MissedRule(grace_seconds=-1)):
        with pytest.raises(ValueError, match="begins with"):
            make()
    with pytest.raises(ValueError, match="begins with"):
        Jitter("7", -1)


def test_years_of_missed_minutes_are_counted_without_making_them_up():
    table = timetable({"cron": "* * * * *", "timezone": "Europe/Vienna"})
    first, now = at("2020-01-01T00:00:00Z"), at("2040-01-01T00:00:30Z")
    result = catch_up(table, first, now, MissedRule(CatchUp.ALL, 3), NO_JITTER)
    assert result.skipped == (now - first) // timedelta(minutes=1) + 1 - 3
    assert said(result.run_for)[-1] == "2040-01-01T00:00:00Z"


def test_after_the_last_time_there_is_no_next_one():
    table = timetable({"run_at": "2026-01-01T10:00:00Z"})
    result = catch_up(
        table,
        at("2026-01-01T10:00:00Z"),
        at("2026-01-05T10:00:00Z"),
        MissedRule(CatchUp.ONE),
        NO_JITTER,
    )
    assert (said(result.run_for), result.skipped) == (["2026-01-01T10:00:00Z"], 0)
    assert result.next_run_at is None


@settings(max_examples=examples(20))
@given(
    case=st.sampled_from(
        [
            {"cron": "*/10 * * * *", "timezone": "Europe/Vienna"},
            {"cron": "30 0-3 * * *", "timezone": "Europe/Vienna"},
            {"interval_s": 1000},
        ]
    ),
    start=st.datetimes(at("2025-03-29T00:00"), at("2025-03-31T00:00")),
    jitter=st.integers(0, 4000),
    looks=st.lists(st.integers(1, 9000), min_size=1, max_size=12),
    policy=st.sampled_from(CatchUp),
    most=st.integers(1, 4),
)
def test_however_the_clock_looks_each_time_runs_or_is_counted_once(
    case, start, jitter, looks, policy, most
):
    table, delays = timetable(case), Jitter("x", jitter)
    now = at(f"{start.isoformat()}+00:00")
    following = table.next_after(now)
    first, seen, skipped = following, [], 0
    for seconds in looks:
        now += timedelta(seconds=seconds)
        result = catch_up(table, following, now, MissedRule(policy, most), delays)
        assert all(delays.due_at(one) <= now for one in result.run_for)
        assert len(result.run_for) <= (most if policy is CatchUp.ALL else 1)
        seen, skipped, following = (
            [*seen, *result.run_for],
            skipped + result.skipped,
            result.next_run_at,
        )
    assert all(earlier < later for earlier, later in pairwise(seen))
    last = following - timedelta(seconds=1)
    assert len(seen) + skipped == table.count(first - timedelta(seconds=1), last)
    assert delays.due_at(following) > now or following > now


@pytest.mark.parametrize("policy", CatchUp)
def test_of_several_times_within_the_grace_the_newest_runs_unless_all_do(policy):
    table = timetable({"cron": "* * * * *"})
    now = at("2026-01-01T10:01:00Z")
    result = catch_up(table, at("2026-01-01T10:00:00Z"), now, MissedRule(policy, 5), NO_JITTER)
    assert len(result.run_for) == (2 if policy is CatchUp.ALL else 1)
    assert said(result.run_for)[-1] == "2026-01-01T10:01:00Z"
