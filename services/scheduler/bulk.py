"""One order to many schedules or executions: what cannot be done is named and spoils nothing.

They go through in portions, each a transaction. A dry run answers what the real one would.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.errors import Conflict, NotFound
from app.jobs.engine import JobEngine

PORTION = 100
MAX_NAMED = 100  # of those that are left as they are
MAX_IDS = 10_000


@dataclass(frozen=True, kw_only=True)
class LeftAlone:
    """One that is left as it is, and why."""

    id: int
    reason: str


@dataclass(kw_only=True)
class BulkAnswer:
    """What was done, or in a dry run would be; ``undo`` is the order that takes it back, if any."""

    action: str
    dry_run: bool
    matched: int
    changed: list[int] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)
    num_left_alone: int = 0
    undo: dict[str, Any] | None = None


Change = Callable[[UnitOfWork, int], object]  # raises Conflict or NotFound before it changes


class _DryRun(Exception):
    """Ends a portion that must not be kept."""


def in_portions(
    engine: JobEngine, ids: Sequence[int], change: Change, answer: BulkAnswer
) -> BulkAnswer:
    """Change each of ``ids``, and say in ``answer`` what was changed and what was not."""
    for begin in range(0, len(ids), PORTION):
        portion = ids[begin : begin + PORTION]
        try:
            with engine.database.write() as unit:
                done = [one for one in portion if _changed(unit, one, change, answer)]
                if answer.dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        answer.changed += done
    return answer


def _changed(unit: UnitOfWork, number: int, change: Change, answer: BulkAnswer) -> bool:
    try:
        change(unit, number)
    except (Conflict, NotFound) as refused:
        leave_alone(answer, number, refused.detail)
        return False
    return True


def leave_alone(answer: BulkAnswer, number: int, reason: str) -> None:
    """Count one that stays as it is; the first 100 are named."""
    answer.num_left_alone += 1
    if len(answer.left_alone) < MAX_NAMED:
        answer.left_alone.append(LeftAlone(id=number, reason=reason))


def own_only(actor: Actor, model: Any) -> Any:
    """Return the condition of what the actor may change: bulk orders pass over the rest."""
    return model.id.is_not(None) if actor.is_admin else model.owner_id == actor.user_id
