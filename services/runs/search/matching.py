"""Which runs match: counted, or as ids.

The rarest comparison of the filter leads the way: its rows are read from their index, and each
of their runs is probed for the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.run import Run
from services.runs.domain.filter.tree import Node, conjuncts
from services.runs.search.compiler import Compiler, Row
from services.runs.search.wanted import RunsWanted, read_filter

_ENOUGH = 10_000  # rows of one comparison: beyond that, none is rare


@dataclass(frozen=True, kw_only=True)
class Matching:
    """The runs that match, before any order: how to count, to probe and to read them."""

    compiler: Compiler
    parts: tuple[Node, ...]
    always: tuple[ColumnElement[bool], ...]
    driver: int | None = None

    def conditions(self, *, without: Sequence[Node] = ()) -> list[ColumnElement[bool]]:
        """Return the conditions on a run that somebody already has in hand."""
        left = [part for part in self.parts if part not in without]
        return [*self.always, *(self.compiler.condition(part) for part in left)]

    def select(self, *columns: Any) -> Select[Any]:
        """Return a statement for columns of the matching runs, led by the rarest comparison."""
        if self.driver is None:
            return probed(select(*columns).select_from(Run)).where(*self.conditions())
        leading = self.parts[self.driver]
        row = self.compiler.driver(leading)
        if row is None:
            raise RuntimeError("This comparison leads nowhere.")
        statement = select(*columns).select_from(row.table).join(Run, Run.id == row.table.run_id)
        return probed(statement).where(*row.conditions, *self.conditions(without=[leading]))


def matching(session: Session, actor: Actor, wanted: RunsWanted) -> Matching:
    """Return the runs that ``actor`` may see and that match ``wanted``.

    Raises Invalid for a filter that cannot be read.
    """
    compiler = Compiler(sqlite=session.get_bind().dialect.name == "sqlite")
    parts = conjuncts(read_filter(wanted.filter))
    return Matching(
        compiler=compiler,
        parts=parts,
        always=tuple(_always(actor, wanted)),
        driver=_rarest(session, compiler, parts),
    )


def matching_ids(
    session: Session, actor: Actor, wanted: RunsWanted, most: int | None = None
) -> list[int]:
    """Return the ids of all matching runs in ascending order, at most ``most`` of them."""
    found = matching(session, actor, wanted)
    return list(session.scalars(found.select(Run.id).order_by(Run.id).limit(most)))


def count_matching(session: Session, found: Matching) -> int:
    """Return how many runs match."""
    return session.scalar(found.select(func.count())) or 0


def _always(actor: Actor, wanted: RunsWanted) -> list[ColumnElement[bool]]:
    conditions = [visible(Run, actor)]
    if wanted.archived != "all":
        archived = Run.archived_at.is_not(None)
        conditions.append(archived if wanted.archived == "true" else Run.archived_at.is_(None))
    if wanted.status is not None:
        conditions.append(Run.status == wanted.status)
    if wanted.training_mode is not None:
        conditions.append(Run.training_mode == wanted.training_mode)
    return conditions


def _rarest(session: Session, compiler: Compiler, parts: Sequence[Node]) -> int | None:
    """Return which part has the fewest rows, None where no part is about rows."""
    rows = {place: row for place, part in enumerate(parts) if (row := compiler.driver(part))}
    if len(rows) < 2:
        return next(iter(rows), None)
    counts = session.execute(select(*(_counted(row) for row in rows.values()))).one()
    return min(zip(counts, rows, strict=True))[1]


def _counted(row: Row) -> ColumnElement[int]:
    few = select(row.table.run_id).where(*row.conditions).limit(_ENOUGH).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def probed(statement: Select[Any]) -> Select[Any]:
    """Let SQLite look runs up in the index that holds all that lists ask, not in wide rows."""
    return statement
