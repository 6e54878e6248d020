"""When a child counts as silent, by a clock of the test."""

import os

import pytest

from app.pulse import BEAT, STARTING
from app.supervisor.pulse import Pulse


class Watched:
    """A pulse, and a clock that the test moves."""

    def __init__(self) -> None:
        self.at = 0.0
        self.pulse = Pulse(lambda: self.at)

    def beat(self) -> None:
        os.write(self.pulse.writer, BEAT)

    def silence_after(self, seconds: float, looks: int = 1) -> float:
        silence = 0.0
        for _ in range(looks):
            self.at += seconds
            silence = self.pulse.silence()
        return silence


@pytest.fixture
def watched():
    watched = Watched()
    yield watched
    watched.pulse.started()
    watched.pulse.close()


def test_who_never_beat_is_starting_and_silent_until_it_says_that_its_start_goes_on(
    watched: Watched,
) -> None:
    assert watched.silence_after(1.0, looks=50) == 50.0
    os.write(watched.pulse.writer, STARTING)
    assert watched.silence_after(1.0) == 0.0
    assert watched.pulse.is_starting
    watched.beat()
    watched.silence_after(1.0)
    assert not watched.pulse.is_starting


def test_silence_is_counted_from_the_last_beat(watched: Watched) -> None:
    watched.beat()
    assert watched.silence_after(1.0) == 0.0
    assert watched.silence_after(1.0, looks=30) == 30.0
    watched.beat()
    assert watched.silence_after(1.0) == 0.0


def test_a_host_that_slept_made_no_child_silent(watched: Watched) -> None:
    watched.beat()
    watched.silence_after(1.0)
    assert watched.silence_after(3600.0) == 2.0


def test_a_process_whose_end_is_closed_is_silent_and_no_error(watched: Watched) -> None:
    watched.beat()
    watched.silence_after(1.0)
    spare = os.dup(watched.pulse.writer)
    watched.pulse.started()
    assert watched.silence_after(1.0, looks=3) == 3.0
    os.close(spare)
    assert watched.silence_after(1.0) == 4.0
    watched.pulse.writer = os.open(os.devnull, os.O_WRONLY)  # for the end of the test
