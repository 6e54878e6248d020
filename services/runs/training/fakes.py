"""A recorder that keeps everything in memory, for tests and for trying the engine alone."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.events import Event
from services.runs.training.ports import (
    Checkpoint,
    ClientRound,
    Evaluation,
    Point,
    RoundBegin,
    StepOutcome,
)


@dataclass
class MemoryRecorder:
    """Implements ``TrainingRecorder``. ``stop_when`` is called between batches."""

    stop_when: Callable[["MemoryRecorder"], bool] = lambda _: False
    events: list[Event] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[StepOutcome] = field(default_factory=list)
    begun: list[RoundBegin] = field(default_factory=list)
    client_rounds: list[ClientRound] = field(default_factory=list)
    stop_checks: int = 0

    def publish(self, event: Event) -> None:
        """Keep one live event."""
        self.events.append(event)

    def log(self, level: str, message: str) -> None:
        """Keep one line."""
        self.lines.append((level, message))

    def begin_round(self, begin: RoundBegin) -> None:
        """Keep the beginning of a round."""
        self.begun.append(begin)

    def report_client(self, part: ClientRound, refusal: str | None = None) -> None:
        """Keep how far a client is."""
        self.client_rounds.append(part)
        if refusal is not None:
            self.log("warning", refusal)

    def finish_step(self, outcome: StepOutcome) -> None:
        """Keep a finished step and its events."""
        self.outcomes.append(outcome)
        self.events.extend(outcome.events)

    def stop_requested(self) -> bool:
        """Return whether the test wants to stop now."""
        self.stop_checks += 1
        return self.stop_when(self)

    @property
    def points(self) -> list[Point]:
        """Return all points in the order in which they were stored."""
        return [point for outcome in self.outcomes for point in outcome.points]

    @property
    def evaluations(self) -> list[Evaluation]:
        """Return the server's evaluations, round 0 first."""
        return [one.evaluation for one in self.outcomes if one.evaluation is not None]

    @property
    def clients(self) -> list[ClientRound]:
        """Return every client's part in every round."""
        return [part for outcome in self.outcomes for part in outcome.clients]

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """Return the checkpoints in order."""
        return [one.checkpoint for one in self.outcomes if one.checkpoint is not None]

    def series(self, name: str, client: str | None = None) -> dict[int, float]:
        """Return the values of one series by step; the last write wins."""
        return {
            point.step: point.value
            for point in self.points
            if point.name == name and point.client == client
        }

    def of_type(self, name: str) -> list[Event]:
        """Return the events of one kind."""
        return [event for event in self.events if event.type == name]
