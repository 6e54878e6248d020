"""Whatever happens to a schedule in whatever order, it is in a state that the rules know."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Conflict
from services.scheduler.breaker.circuit import CircuitState, ExecutionState
from services.scheduler.breaker.ends import AttemptFailure
from services.scheduler.breaker.policy import CircuitLimits, KindRules, RetryPolicy
from services.scheduler.breaker.timeline import Timeline
from services.scheduler.codes.codes import ErrorCode
from tests.support.depth import examples

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = KindRules(retries=RetryPolicy(max_attempts=3, backoff_s=(60, 600)))
NAMES = [
    "tick",
    "success",
    "unchanged",
    "cancel",
    "run_now",
    "pause",
    "resume",
    "reset",
    "archive",
    "failure",
    "failure",
    "tick",
    "tick",
]
EVENTS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from([0, 1, 60, 600, 3600, 86400]),
    st.sampled_from(ErrorCode),
    st.sampled_from([None, 0, 30, 7200, 100_000]),
)


def hourly(after):
    return BEGIN + ((after - BEGIN) // HOUR + 1) * HOUR


def begin(rules=RULES):
    return Timeline.begin(BEGIN, hourly, rules)


def failed(timeline, code=ErrorCode.BAD_DATA, **said):
    """Return the timeline after its next due time came and failed a minute later."""
    at = max(timeline.circuit.next_run_at, timeline.at)
    failure = AttemptFailure(at=at + timedelta(minutes=1), code=code, **said)
    return timeline.tick(at).failure(failure)


def cooling():
    return failed(failed(failed(begin())))


def half_open():
    timeline = cooling()
    return timeline.tick(timeline.circuit.cool_off_until)


def for_a_person():
    return failed(begin(), ErrorCode.CONFIG)


def probed_by_hand():
    timeline = for_a_person()
    return timeline.run_now(timeline.at)


STARTS = st.sampled_from([begin, cooling, half_open, for_a_person, probed_by_hand])


def after(timeline, event):
    """Return the timeline after an event, the same one where it is refused."""
    name, seconds, code, retry_after = event
    at = timeline.at + timedelta(seconds=seconds)
    try:
        if name == "failure":
            return timeline.failure(AttemptFailure(at=at, code=code, retry_after=retry_after))
        return getattr(timeline, name)(at)
    except Conflict:
        return timeline


def assert_known(timeline):
    """Assert what holds in every state."""
    circuit, at = timeline.circuit, timeline.at
    open_ones = [one for one in timeline.executions if one.is_open]
    assert len(open_ones) <= 1
    assert circuit.failures >= 0
    assert 0 <= circuit.cool_off_level <= len(timeline.rules.limits.ladder)
    assert (circuit.before_pause is not None) == (circuit.state is CircuitState.PAUSED)
    assert circuit.epoch <= at
    assert_waits(circuit, open_ones)
    for one in timeline.executions:
        assert (one.retry_at is not None) == (one.state is ExecutionState.RETRYING)
        assert (one.ended_at is None) == one.is_open
        assert 1 <= one.attempt <= timeline.rules.retries.max_attempts
        assert one.attempt == 1 or not one.is_probe


def assert_waits(circuit, open_ones):
    match circuit.state:
        case CircuitState.ACTIVE:
            assert circuit.next_run_at is not None
            assert circuit.cool_off_level == 0
        case CircuitState.COOLING_OFF:
            assert circuit.next_run_at == circuit.cool_off_until is not None
        case CircuitState.HALF_OPEN:
            assert circuit.next_run_at is None
            assert [one.is_probe for one in open_ones] == [True]
        case CircuitState.ARCHIVED:
            assert open_ones == []
            assert circuit.next_run_at is None
        case _:
            assert circuit.next_run_at is circuit.cool_off_until is None


@settings(max_examples=examples(150))
@given(STARTS, st.lists(EVENTS, max_size=40))
def test_no_sequence_of_events_leads_to_an_undefined_state(start, events):
    timeline = start()
    for event in events:
        timeline = after(timeline, event)
        assert_known(timeline)


@settings(max_examples=examples(60))
@given(STARTS, st.lists(EVENTS, max_size=30))
def test_what_is_over_stays_as_it_ended(start, events):
    timeline = start()
    for event in events:
        before = [one for one in timeline.executions if not one.is_open]
        timeline = after(timeline, event)
        assert [one for one in timeline.executions if one in before] == before


@settings(max_examples=examples(60))
@given(STARTS, st.lists(EVENTS, max_size=25), st.integers(0, 10**6))
def test_a_paused_schedule_comes_back_as_it_was(start, events, seconds):
    timeline = start()
    for event in events:
        timeline = after(timeline, event)
    if timeline.circuit.state in (CircuitState.PAUSED, CircuitState.ARCHIVED):
        return
    before, at = timeline.circuit, timeline.at + timedelta(seconds=seconds)
    back = timeline.pause(timeline.at).resume(at).circuit
    assert (back.state, back.failures, back.cool_off_level, back.epoch, back.fallback) == (
        before.state,
        before.failures,
        before.cool_off_level,
        before.epoch,
        before.fallback,
    )
    if before.state is CircuitState.ACTIVE:
        assert back.next_run_at == hourly(at)
    if before.state is CircuitState.COOLING_OFF:
        assert back.cool_off_until == max(before.cool_off_until, at)


@settings(max_examples=examples(60))
@given(STARTS, st.lists(EVENTS, max_size=25))
def test_a_reset_begins_again_from_wherever_it_was(start, events):
    timeline = start()
    for event in events:
        timeline = after(timeline, event)
    if timeline.circuit.state is CircuitState.ARCHIVED:
        return
    circuit = timeline.reset(timeline.at).circuit
    assert (circuit.state, circuit.failures, circuit.cool_off_level) == ("active", 0, 0)
    assert circuit.next_run_at == hourly(timeline.at)


@settings(max_examples=examples(60))
@given(st.lists(EVENTS, max_size=25))
def test_while_paused_no_event_but_resume_reset_and_archive_changes_the_circuit(events):
    paused = begin().tick(BEGIN + HOUR).pause(BEGIN + HOUR)
    timeline = paused
    for event in events:
        if event[0] not in ("resume", "reset", "archive"):
            timeline = after(timeline, event)
    assert timeline.circuit == paused.circuit


def test_time_does_not_go_back():
    timeline = begin().tick(BEGIN + HOUR)
    with pytest.raises(ValueError, match="time does not go back"):
        timeline.success(BEGIN)


def test_five_failures_open_the_circuit_only_when_they_are_a_fifth_of_what_ended():
    def played(successes):
        timeline = Timeline.begin(BEGIN, hourly, RULES)
        for number in range(5):
            timeline = failed(timeline)
            for _ in range(successes if number < 4 else 0):
                at = timeline.circuit.next_run_at
                timeline = timeline.tick(at).success(at)
        return timeline.circuit.state

    assert played(successes=5) == CircuitState.COOLING_OFF  # 5 of 25
    assert played(successes=6) == CircuitState.ACTIVE  # 5 of 29


def test_a_wait_of_more_than_a_day_is_a_used_up_quota_that_comes_back_without_a_person():
    timeline = failed(begin(), ErrorCode.RATE_LIMITED, retry_after=86_401)
    assert timeline.executions[-1].error_code == ErrorCode.QUOTA_EXHAUSTED
    assert timeline.circuit.state == CircuitState.COOLING_OFF
    assert timeline.circuit.cool_off_until == timeline.at + timedelta(seconds=86_401)
    probed = timeline.tick(timeline.circuit.cool_off_until)
    assert probed.circuit.state == CircuitState.HALF_OPEN
    assert probed.success(probed.at).circuit.state == CircuitState.ACTIVE


def test_a_wait_of_a_day_is_still_a_retry():
    timeline = failed(begin(), ErrorCode.RATE_LIMITED, retry_after=86_400)
    assert timeline.executions[-1].retry_at == timeline.at + timedelta(days=1)


def test_a_used_up_quota_of_unknown_length_needs_a_person():
    assert failed(begin(), ErrorCode.QUOTA_EXHAUSTED).circuit.state == "needs_intervention"


def test_a_probe_that_waits_for_its_quota_keeps_its_level_of_the_ladder():
    probed = half_open()
    reset_at = probed.at + timedelta(days=2)
    failure = AttemptFailure(at=probed.at, code=ErrorCode.QUOTA_EXHAUSTED, reset_at=reset_at)
    circuit = probed.failure(failure).circuit
    assert (circuit.state, circuit.cool_off_level) == ("cooling_off", 1)
    assert circuit.cool_off_until == reset_at


def test_a_kind_without_a_ladder_goes_straight_to_a_person():
    rules = KindRules(limits=CircuitLimits(consecutive=2, ladder=()))
    assert failed(failed(begin(rules))).circuit.state == "needs_intervention"


def test_a_kind_whose_circuit_never_opens_is_due_again_however_often_it_fails():
    timeline = begin(KindRules(limits=CircuitLimits(consecutive=None, recent=None)))
    for _ in range(20):
        timeline = failed(timeline)
    assert (timeline.circuit.state, timeline.circuit.failures) == ("active", 20)


def test_a_cancelled_probe_cools_off_again_at_its_level():
    probed = half_open()
    circuit = probed.cancel(probed.at).circuit
    assert (circuit.state, circuit.failures, circuit.cool_off_level) == ("cooling_off", 3, 1)
    assert circuit.cool_off_until == probed.at + HOUR


def test_a_cancelled_probe_of_a_person_still_needs_a_person():
    probed = probed_by_hand()
    assert probed.cancel(probed.at).circuit.state == "needs_intervention"


def test_a_probe_whose_end_the_pause_swallowed_is_made_again():
    probed = half_open()
    ended = probed.pause(probed.at).success(probed.at + HOUR)
    resumed = ended.resume(ended.at)
    assert resumed.circuit.state == "cooling_off"
    again = resumed.tick(resumed.at)
    assert again.circuit.state == "half_open"
    assert again.executions[-1].is_probe


def test_a_probe_that_outlives_the_pause_decides():
    probed = half_open()
    resumed = probed.pause(probed.at).resume(probed.at + HOUR)
    assert resumed.circuit.state == "half_open"
    assert resumed.success(resumed.at).circuit.state == "active"


def test_a_run_by_hand_while_paused_is_no_probe_of_the_resumed_schedule():
    probed = half_open()
    ended = probed.pause(probed.at).success(probed.at)
    resumed = ended.run_now(ended.at).resume(ended.at)
    assert resumed.circuit.state == "cooling_off"
    waiting = resumed.tick(resumed.at)
    assert waiting.circuit.state == "cooling_off"  # its execution is still open
    failure = AttemptFailure(at=waiting.at, code=ErrorCode.BAD_DATA)
    assert waiting.failure(failure).tick(waiting.at).circuit.state == "half_open"
    assert waiting.success(waiting.at).circuit.state == "active"


def test_a_retry_that_was_waiting_goes_on_while_paused():
    timeline = begin().tick(BEGIN + HOUR)
    waiting = timeline.failure(AttemptFailure(at=timeline.at, code=ErrorCode.NETWORK))
    running = waiting.pause(waiting.at).tick(waiting.at + timedelta(seconds=60))
    assert [one.attempt for one in running.executions] == [2]
    assert running.open_execution.state == ExecutionState.RUNNING


def test_of_several_missed_times_the_newest_runs():
    timeline = begin().tick(BEGIN + 5 * HOUR + timedelta(minutes=30))
    assert [one.scheduled_for for one in timeline.executions] == [BEGIN + 5 * HOUR]
    assert timeline.circuit.next_run_at == BEGIN + 6 * HOUR


@pytest.mark.parametrize("order", ["run_now", "pause", "resume", "reset", "archive", "cancel"])
def test_an_archived_schedule_refuses_every_order(order):
    archived = begin().archive(BEGIN)
    with pytest.raises(Conflict):
        getattr(archived, order)(BEGIN)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_attempts": 0}, "max_attempts is 0"),
        ({"max_attempts": 2}, "backoff_s is empty"),
        ({"max_attempts": 2, "backoff_s": (-1,)}, "from 0"),
        ({"max_attempts": 2, "backoff_s": (float("nan"),)}, "from 0"),
    ],
)
def test_retries_that_make_no_sense_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        RetryPolicy(**values)
