"""What people order: run now, pause, resume, reset, archive. What cannot be done is a Conflict."""

from dataclasses import replace
from datetime import datetime

from app.errors import Conflict
from services.scheduler.breaker.circuit import (
    BeforePause,
    Circuit,
    CircuitState,
    Execution,
    ExecutionSource,
    NextAfter,
    ProbeFallback,
)
from services.scheduler.breaker.ends import closed, cooled_until

FALLBACKS = {
    CircuitState.COOLING_OFF: ProbeFallback.SAME_LEVEL,
    CircuitState.NEEDS_INTERVENTION: ProbeFallback.PERSON,
}


def run_now(circuit: Circuit, at: datetime, *, has_open: bool) -> tuple[Circuit, Execution]:
    """Return the circuit and an execution outside the cadence, which stays as it is.

    Counting begins again. Where the schedule does not run by itself it is a probe; while paused
    it changes nothing. Raises Conflict when an execution is open or the schedule is archived.
    """
    _require_kept(circuit)
    if has_open:
        raise Conflict(
            "An execution of this schedule is still open. Wait for its end or cancel it."
        )
    fallback = FALLBACKS.get(circuit.state)
    execution = Execution(
        source=ExecutionSource.MANUAL, scheduled_for=None, is_probe=fallback is not None
    )
    if circuit.state is CircuitState.PAUSED:
        return circuit, execution
    counted_from_here = replace(circuit, failures=0, epoch=at)
    if fallback is None:
        return counted_from_here, execution
    return replace(
        counted_from_here,
        state=CircuitState.HALF_OPEN,
        next_run_at=None,
        fallback=_further(circuit, fallback),
    ), execution


def pause(circuit: Circuit) -> Circuit:
    """Return the paused circuit, which knows what it was. Raises Conflict when it is paused."""
    _require_kept(circuit)
    if circuit.state is CircuitState.PAUSED:
        raise Conflict("This schedule is paused already.")
    before = BeforePause(state=circuit.state, cool_off_until=circuit.cool_off_until)
    return replace(
        circuit,
        state=CircuitState.PAUSED,
        cool_off_until=None,
        next_run_at=None,
        before_pause=before,
    )


def resume(circuit: Circuit, at: datetime, next_after: NextAfter, *, has_probe: bool) -> Circuit:
    """Return the circuit as before the pause, its next time after ``at``; nothing is caught up.

    ``has_probe`` says that its probe is still open; one whose end the pause swallowed is made
    again. Raises Conflict when it is not paused.
    """
    before = circuit.before_pause
    if circuit.state is not CircuitState.PAUSED or before is None:
        raise Conflict("This schedule is not paused.")
    back = replace(
        circuit,
        state=before.state,
        cool_off_until=before.cool_off_until,
        before_pause=None,
    )
    if before.state is CircuitState.ACTIVE:
        return replace(back, next_run_at=next_after(at))
    if before.state is CircuitState.HALF_OPEN and not has_probe:
        return replace(cooled_until(back, at), fallback=_repeated(circuit.fallback))
    if before.state is CircuitState.COOLING_OFF:
        until = max(before.cool_off_until or at, at)
        return replace(cooled_until(back, until), fallback=circuit.fallback)
    return back


def reset(circuit: Circuit, at: datetime, next_after: NextAfter) -> Circuit:
    """Return the active circuit with nothing counted. Raises Conflict when it is archived."""
    _require_kept(circuit)
    return closed(at, next_after)


def archive(circuit: Circuit) -> Circuit:
    """Return the circuit archived for good. Raises Conflict when it is archived."""
    _require_kept(circuit)
    return replace(
        circuit,
        state=CircuitState.ARCHIVED,
        cool_off_until=None,
        next_run_at=None,
        before_pause=None,
    )


def _further(circuit: Circuit, fallback: ProbeFallback) -> ProbeFallback:
    """Return where a probe by hand leads; one that is owed to a person stays so."""
    return ProbeFallback.PERSON if circuit.fallback is ProbeFallback.PERSON else fallback


def _repeated(fallback: ProbeFallback) -> ProbeFallback:
    """Return where a repeated probe leads: to a person again, or on along the ladder."""
    is_persons = fallback is ProbeFallback.PERSON
    return ProbeFallback.PERSON if is_persons else ProbeFallback.NEXT_LEVEL


def _require_kept(circuit: Circuit) -> None:
    if circuit.state is CircuitState.ARCHIVED:
        raise Conflict("This schedule is archived: it does not run any more.")
