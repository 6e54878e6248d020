"""How long a training will still take."""

import numpy as np

from services.attention.domain.pace import remaining_seconds


def test_the_pace_of_the_latest_steps_is_carried_on() -> None:
    assert remaining_seconds(np.array([0.0, 10.0, 20.0]), 3, now=20.0) == 30.0


def test_what_the_current_step_has_taken_is_taken_off() -> None:
    assert remaining_seconds(np.array([0.0, 10.0]), 1, now=14.0) == 6.0
    assert remaining_seconds(np.array([0.0, 10.0]), 1, now=99.0) == 0.0


def test_a_pause_between_two_attempts_does_not_mislead() -> None:
    times = np.array([0.0, 10.0, 20.0, 3620.0, 3630.0])
    assert remaining_seconds(times, 2, now=3630.0) == 20.0


def test_old_steps_do_not_count() -> None:
    times = np.concatenate([np.arange(0.0, 1000.0, 100.0), np.arange(1000.0, 1012.0)])
    assert remaining_seconds(times, 5, now=1011.0) == 5.0


def test_one_step_says_nothing() -> None:
    assert remaining_seconds(np.array([5.0]), 3, now=6.0) is None
