"""Waiting, running and stopped time of a run, from the changes of its jobs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.job import Job
from app.models.run import ENDED, RUNNING, WAITING, Run
from services.runs.times import COUNTERS, duration_of, enter_phase, follow_phase, move_end, times_of

BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def fresh(phase: str = WAITING, origin: str = "trained") -> Run:
    run = Run(start_time=BEGAN, phase=phase, origin=origin)
    run.waiting_seconds = run.running_seconds = run.stopped_seconds = 0.0
    return run


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def counters(run: Run, at: datetime | None = None) -> tuple[float, float, float]:
    times = times_of(run, at)
    return times.waiting_seconds, times.running_seconds, times.stopped_seconds


def test_a_resume_does_not_add_the_time_a_run_lay_stopped() -> None:
    run = fresh()
    for phase, at in ((RUNNING, 5), (ENDED, 65), (WAITING, 3665), (RUNNING, 3675), (ENDED, 3705)):
        enter_phase(run, phase, after(at))
    assert counters(run) == (15.0, 90.0, 3600.0)
    assert run.duration_seconds == 90.0


def test_the_time_between_the_attempts_of_a_lost_job_is_waiting() -> None:
    run = fresh()
    for phase, at in ((RUNNING, 1), (WAITING, 11), (RUNNING, 15)):
        enter_phase(run, phase, after(at))
    assert counters(run, after(20)) == (5.0, 15.0, 0.0)
    assert run.duration_seconds is None


def test_the_time_of_a_run_that_has_ended_stands_still() -> None:
    run = fresh(RUNNING)
    assert duration_of(run, after(30)) == 30.0
    enter_phase(run, ENDED, after(40))
    assert counters(run, after(4000)) == (0.0, 40.0, 0.0)


def test_a_run_that_no_worker_took_up_has_no_duration_yet() -> None:
    run = fresh()
    assert duration_of(run, after(30)) is None
    enter_phase(run, ENDED, after(30))
    assert duration_of(run) == 0.0


def job(state: str, **values: object) -> Job:
    return Job(state=state, **values)


@pytest.mark.parametrize(
    ("state", "trained", "logged"),
    [("queued", WAITING, RUNNING), ("lost", WAITING, RUNNING), ("starting", RUNNING, RUNNING),
     ("running", RUNNING, RUNNING), ("stopping", RUNNING, RUNNING), ("succeeded", ENDED, ENDED),
     ("failed", ENDED, ENDED), ("cancelled", ENDED, ENDED)],
)  # fmt: skip
def test_each_state_of_a_job_is_one_phase(state: str, trained: str, logged: str) -> None:
    for origin, phase in (("trained", trained), ("logged", logged)):
        run = fresh(RUNNING, origin)
        follow_phase(run, job(state))
        assert run.phase == phase


def test_a_logged_run_that_fell_silent_ran_until_its_lease_was_over() -> None:
    run = fresh(RUNNING, "logged")
    ended = {"finished_at": after(86_400), "heartbeat_at": after(100), "lease_seconds": 30.0}
    follow_phase(run, job("cancelled", **ended))
    assert run.duration_seconds == 130.0


def test_the_program_may_correct_the_end_of_its_run() -> None:
    run = fresh(RUNNING, "logged")
    move_end(run, after(5))  # a run that goes on has no end
    enter_phase(run, ENDED, after(100))
    move_end(run, after(60))
    assert (run.running_seconds, run.duration_seconds) == (60.0, 60.0)
    move_end(run, after(80))
    assert run.duration_seconds == 80.0


spells = st.lists(
    st.tuples(st.sampled_from([WAITING, RUNNING, ENDED]), st.integers(0, 10**6)), max_size=12
)


@given(spells, st.integers(0, 10**6))
def test_the_three_numbers_are_the_age_of_the_run(
    changes: list[tuple[str, int]], last: int
) -> None:
    run, at = fresh(), 0
    marks = [(WAITING, 0)]
    for phase, seconds in changes:
        at += seconds
        enter_phase(run, phase, after(at))
        marks.append((phase, at))
    end = at if run.phase == ENDED else at + last
    expected = dict.fromkeys(COUNTERS, 0)
    for (phase, since), (_, until) in pairwise([*marks, ("", end)]):
        expected[phase] += until - since
    seconds = counters(run, after(at + last))
    if run.phase == ENDED:  # what it lies stopped counts when it goes on
        tail = end - (run.phase_since - BEGAN).total_seconds() if run.phase_since else end
        expected[ENDED] -= tail
    assert seconds == tuple(expected[phase] for phase in (WAITING, RUNNING, ENDED))
    assert sum(seconds) == pytest.approx(sum(expected.values()))
