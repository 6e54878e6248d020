"""A schedule with all its executions in memory: every event takes it to the next value.

What the engine does on rows this does on values, so that rules are tried and forecast without a
database. Times never go back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from app.errors import Conflict
from services.scheduler.breaker import orders
from services.scheduler.breaker.circuit import (
    Circuit,
    CircuitState,
    Execution,
    ExecutionState,
    NextAfter,
    SkipReason,
)
from services.scheduler.breaker.ends import (
    AttemptFailure,
    RecentEnds,
    cancel,
    fail,
    succeed,
)
from services.scheduler.breaker.policy import KindRules
from services.scheduler.breaker.ticks import DueTime, dispatch, is_due, probe, tried_again

DueAt = Callable[[datetime, datetime], DueTime]  # of the next time and of now


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A circuit, its executions in the order of their creation, and the rules it lives by.

    ``due_at`` decides what becomes of missed times; without it the newest one runs.
    """

    at: datetime
    circuit: Circuit
    next_after: NextAfter
    rules: KindRules
    executions: tuple[Execution, ...] = ()
    due_at: DueAt | None = None

    @classmethod
    def begin(
        cls, at: datetime, next_after: NextAfter, rules: KindRules, due_at: DueAt | None = None
    ) -> Self:
        """Return the timeline of a schedule that is created at ``at``."""
        circuit = Circuit(epoch=at, next_run_at=next_after(at))
        return cls(at=at, circuit=circuit, next_after=next_after, rules=rules, due_at=due_at)

    @property
    def open_execution(self) -> Execution | None:
        """The execution that is not over; a schedule has at most one."""
        return next((one for one in self.executions if one.is_open), None)

    def tick(self, at: datetime) -> Self:
        """Return it after one look of the clock."""
        now = self._at(at)
        if now.open_execution is not None:
            now = now._with(now.circuit, tried_again(now.open_execution, at))
        if not is_due(now.circuit, at):
            return now
        has_open = now.open_execution is not None
        if now.circuit.state is CircuitState.COOLING_OFF:
            return now._and(*probe(now.circuit, has_open=has_open))
        return now._and(*dispatch(now.circuit, now._due(at), at, has_open=has_open))

    def success(self, at: datetime) -> Self:
        """Return it after the running attempt succeeded. Raises Conflict when none runs."""
        now = self._at(at)
        return now._with(*succeed(now.circuit, now._running(), at, now.next_after))

    def unchanged(self, at: datetime) -> Self:
        """Return it after the running attempt had nothing to do. Raises Conflict when none runs."""
        now = self._at(at)
        step = succeed(now.circuit, now._running(), at, now.next_after, unchanged=True)
        return now._with(*step)

    def failure(self, failure: AttemptFailure) -> Self:
        """Return it after the running attempt failed. Raises Conflict when none runs."""
        now = self._at(failure.at)
        recent = now._recent_with_one_failure()
        return now._with(*fail(now.circuit, now._running(), failure, now.rules, recent))

    def cancel(self, at: datetime) -> Self:
        """Return it after its open execution was cancelled. Raises Conflict when none is open."""
        now = self._at(at)
        execution = now.open_execution
        if execution is None:
            raise Conflict("No execution of this schedule is open.")
        return now._with(*cancel(now.circuit, execution, at, now.rules.limits))

    def run_now(self, at: datetime) -> Self:
        """Return it with an execution by hand. Raises Conflict as ``orders.run_now``."""
        now = self._at(at)
        has_open = now.open_execution is not None
        return now._and(*orders.run_now(now.circuit, at, has_open=has_open))

    def pause(self, at: datetime) -> Self:
        """Return it paused. Raises Conflict as ``orders.pause``."""
        now = self._at(at)
        return replace(now, circuit=orders.pause(now.circuit))

    def resume(self, at: datetime) -> Self:
        """Return it as before the pause. Raises Conflict as ``orders.resume``."""
        now = self._at(at)
        has_probe = now.open_execution is not None and now.open_execution.is_probe
        circuit = orders.resume(now.circuit, at, now.next_after, has_probe=has_probe)
        return replace(now, circuit=circuit)

    def reset(self, at: datetime) -> Self:
        """Return it active with nothing counted. Raises Conflict as ``orders.reset``."""
        now = self._at(at)
        return replace(now, circuit=orders.reset(now.circuit, at, now.next_after))

    def archive(self, at: datetime) -> Self:
        """Return it archived, its open execution cancelled. Raises Conflict as orders.archive."""
        now = self._at(at)
        archived = orders.archive(now.circuit)
        if now.open_execution is None:
            return replace(now, circuit=archived)
        return now._with(*cancel(archived, now.open_execution, at, now.rules.limits))

    def _at(self, at: datetime) -> Self:
        if at < self.at:
            raise ValueError(f"{at} lies before {self.at}: time does not go back")
        return replace(self, at=at)

    def _running(self) -> Execution:
        execution = self.open_execution
        if execution is None or execution.state is not ExecutionState.RUNNING:
            raise Conflict("No attempt of this schedule is running.")
        return execution

    def _with(self, circuit: Circuit, changed: Execution) -> Self:
        """Return it with its open execution changed."""
        executions = tuple(changed if one.is_open else one for one in self.executions)
        return replace(self, circuit=circuit, executions=executions)

    def _and(self, circuit: Circuit, created: Execution | None) -> Self:
        """Return it with one execution more."""
        more = () if created is None else (created,)
        return replace(self, circuit=circuit, executions=self.executions + more)

    def _due(self, at: datetime) -> DueTime:
        nominal = self.circuit.next_run_at or at
        if self.due_at is not None:
            return self.due_at(nominal, at)
        following = self.next_after(nominal)
        while following is not None and following <= at:
            nominal, following = following, self.next_after(following)
        return DueTime(nominal=nominal, next_run_at=following)

    def _recent_with_one_failure(self) -> RecentEnds:
        since = self.at - self.rules.limits.window
        states = [
            one.state
            for one in self.executions
            if one.ended_at is not None
            and since <= one.ended_at
            and one.ended_at > self.circuit.epoch
            and one.state is not ExecutionState.CANCELED
            and one.skip_reason is not SkipReason.OVERLAPPED
        ]
        return RecentEnds(
            failed=states.count(ExecutionState.FAILED) + 1,
            ended=len(states) + 1,
        )
