"""How far a backtest is, and what a model that is fitted again reports to."""

import time
from collections.abc import Callable, Mapping

from app.clock import now
from app.jobs import states
from app.models.backtest import Backtest
from app.models.forecasting import ForecastSession
from services.forecasting.backtests.job_sync import publish_progress
from services.forecasting.models.ports import CheckpointStore
from services.runs.spent import add_spent
from services.runs.training.ports import FencedAttempt

EVERY = 1.0  # seconds between two reports from inside a fold


class BacktestStopped(Exception):
    """A person requested the end."""


class BacktestReport:
    """Reports one attempt; ``done`` cut-offs were measured before."""

    def __init__(
        self,
        attempt: FencedAttempt,
        backtest_id: int,
        cutoffs: int,
        done: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempt = attempt
        self._backtest_id = backtest_id
        self._cutoffs = cutoffs
        self._done = done
        self._clock = clock
        self._last = clock()
        self._share = done / cutoffs

    def check_stop(self) -> None:
        """Raise BacktestStopped on request, and what a worker that leaves raises."""
        if self._attempt.stop_requested():
            raise BacktestStopped

    def stop_requested(self) -> bool:
        """Return whether a person requested the end."""
        return self._attempt.stop_requested()

    def within_fold(self, share: float) -> None:
        """Say how much of the current cut-off is done, not more often than once a second."""
        if self._clock() - self._last < EVERY:
            return
        self._last = self._clock()
        self._share = max(self._share, (self._done + min(1.0, share)) / self._cutoffs)
        with self._attempt.write() as unit:
            row = unit.session.get(Backtest, self._backtest_id)
            if row is None:
                raise BacktestStopped
            self._attempt.note(unit, progress=self._share, message=self._message())
            publish_progress(unit, row, states.RUNNING, self._share)

    def keep(self, fold: Mapping[str, object], seconds: float) -> None:
        """Store a measured cut-off and say so, in one commit; raises BacktestStopped without row.

        The ``seconds`` that it took count as computing of the session's owner.
        It counts as a checkpoint: a later attempt goes on behind it.
        """
        with self._attempt.write() as unit:
            row = unit.session.get(Backtest, self._backtest_id)
            if row is None:
                raise BacktestStopped
            row.folds = [*row.folds, {**fold, "seconds": seconds}]
            owner = unit.session.get_one(ForecastSession, row.session_id)
            add_spent(unit.session, owner.owner_id, "forecasting", now(), seconds)
            self._done = len(row.folds)
            self._share = self._done / self._cutoffs
            self._attempt.note(
                unit,
                progress=self._share,
                message=self._message(),
                checkpoint_step=self._done,
                checkpoint_attempt=self._attempt.number,
            )
            publish_progress(unit, row, states.RUNNING, self._share)

    def _message(self) -> str:
        return f"{self._done} of {self._cutoffs} cut-offs are measured."


class FoldContext:
    """The context of one fit: progress goes to the backtest, and nothing is kept in between."""

    def __init__(self, report: BacktestReport, seed: int) -> None:
        self._report = report
        self._seed = seed

    @property
    def seed(self) -> int:
        """Return the seed of the model's run."""
        return self._seed

    @property
    def checkpoints(self) -> CheckpointStore | None:
        """Return None: a cut-off that was not finished is fitted again."""
        return None

    def on_epoch(
        self, epoch: int, total: int, metrics: Mapping[str, float], seconds: float
    ) -> None:
        """Say how far the cut-off is."""
        self._report.within_fold(epoch / max(1, total))

    def on_batch(self, batch: int, total: int, metrics: Mapping[str, float], epoch: int) -> None:
        """Report nothing: epochs are close enough."""

    def stop_requested(self) -> bool:
        """Return whether a person requested the end."""
        return self._report.stop_requested()
