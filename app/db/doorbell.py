"""Doorbells: rung after a commit, allowed to get lost, for the rows are the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """One call to the workers of ``queue`` to look at one job row."""

    queue: str
    job_id: int
    dispatch_id: str


class Doorbell(Protocol):
    """Says that there is something to look at. Never raises: a poller finds the rows anyway."""

    def ring(self, topics: Mapping[str, int], jobs: Sequence[Dispatch]) -> None:
        """Announce each topic's newest seq, and each job to be done."""


class NullDoorbell:
    """Rings nobody: pollers find the rows by themselves."""

    def ring(self, topics: Mapping[str, int], jobs: Sequence[Dispatch]) -> None:
        """Do nothing."""


class RecordingDoorbell:
    """Remembers what was rung, for tests."""

    def __init__(self) -> None:
        self.topics: list[dict[str, int]] = []
        self.jobs: list[Dispatch] = []

    def ring(self, topics: Mapping[str, int], jobs: Sequence[Dispatch]) -> None:
        """Remember the call."""
        self.topics.append(dict(topics))
        self.jobs.extend(jobs)
