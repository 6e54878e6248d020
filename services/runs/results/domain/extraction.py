"""From where a run was measured to its metrics: one reader per training mode, chosen here only.

A centralised run has series of its own, a federated one is measured by its server. Everything
else asks an extractor and knows nothing of modes. The source is whatever answers the two
questions of ``MetricSource``: the database, or a plain object in a test.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from services.runs.results.domain.history import (
    METRIC_SERIES,
    SERIES,
    Evaluated,
    History,
    history_of_epochs,
    history_of_rounds,
)
from services.tracking.domain.columns import Columns
from services.tracking.domain.training_modes import FEDERATED, is_federated


class MetricSource(Protocol):
    """What is known of one run."""

    def columns(self, names: Sequence[str]) -> Mapping[str, Columns]:
        """Return the run's own series of these names."""
        ...

    def evaluations(self) -> Sequence[Evaluated]:
        """Return what its server measured."""
        ...


class Extractor(Protocol):
    """Reads the metrics of one run."""

    steps: str  # what the steps of the history are called: epochs or rounds
    first_step: int  # under which number step 0 of a series is shown
    series: Sequence[str]  # the series that the values of the history come from

    def history(self) -> History:
        """Return every step with its values."""
        ...


class CentralizedExtractor:
    """Reads the run's own series, epoch by epoch.

    Epochs of our trainings are stored from 0 and shown from 1; the steps of any other program
    are shown as it logged them.
    """

    series: Sequence[str] = METRIC_SERIES

    def __init__(self, source: MetricSource, *, counts_from_zero: bool = True) -> None:
        self._source = source
        self.steps = "epochs" if counts_from_zero else "steps"
        self.first_step = 1 if counts_from_zero else 0

    def history(self) -> History:
        """Return an epoch per step of the run's own series."""
        return history_of_epochs(self._source.columns(SERIES), self.first_step)


class FederatedExtractor:
    """Reads the server's evaluations, round by round."""

    series: Sequence[str] = ()
    steps = "rounds"
    first_step = 0

    def __init__(self, source: MetricSource, *, counts_from_zero: bool = True) -> None:
        self._source = source

    def history(self) -> History:
        """Return a row per evaluated round."""
        return history_of_rounds(self._source.evaluations())


EXTRACTORS: Mapping[str, Callable[..., Extractor]] = {
    "centralized": CentralizedExtractor,
    FEDERATED: FederatedExtractor,
}


def extractor_for(
    training_mode: str, source: MetricSource, *, counts_from_zero: bool = True
) -> Extractor:
    """Return the extractor of a run of this mode; our own trainings count epochs from 0."""
    return EXTRACTORS[training_mode](source, counts_from_zero=counts_from_zero)


def judging_series(training_mode: str, metric: str) -> str:
    """Return the series of ``metric`` by which the best step of a run was chosen.

    The server's rows choose nothing: a round is judged by the mean over its clients.
    """
    return f"clients_{metric}" if is_federated(training_mode) else metric
