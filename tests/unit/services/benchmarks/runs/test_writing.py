"""What was accepted is stored, however the asking ends."""

import pytest

from app.jobs.errors import LeaseLost
from harness.eventually import eventually
from services.benchmarks.errors import CannotScore
from services.benchmarks.runs.writing import flushing


class Report:
    """Stores batches; ``error`` is raised by the first flush that has one, behind its commit."""

    def __init__(self, error: Exception | None = None) -> None:
        self.pending: list[int] = []
        self.stored: list[int] = []
        self.error = error

    def flush(self) -> None:
        batch, self.pending = self.pending, []
        self.stored += batch
        if batch and self.error is not None:
            raise self.error


def test_what_came_before_the_end_of_a_run_is_stored():
    report = Report()
    with pytest.raises(CannotScore), flushing(report):
        report.pending += [1, 2]
        raise CannotScore("The server refuses the key.")
    assert report.stored == [1, 2]


def test_nothing_is_stored_without_the_lease():
    report = Report(LeaseLost("Another worker has it."))
    with pytest.raises(LeaseLost), flushing(report) as failed:
        report.pending.append(1)
        eventually(failed)
        report.pending.append(2)
    assert report.stored == [1]
