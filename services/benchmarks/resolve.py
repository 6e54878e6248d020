"""Finding a benchmark run by its number; what is not the actor's to see does not exist."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.engine import Database
from app.errors import Forbidden, Invalid
from app.ids import parse_id
from app.models.benchmark import BenchmarkRun
from services.benchmarks.errors import BenchmarkNotFound


def visible_benchmark(session: Session, actor: Actor, run_id: int | str) -> BenchmarkRun:
    """Return the run. Raises Invalid for what is no number, and BenchmarkNotFound."""
    number = parse_id(run_id, "run_id") if isinstance(run_id, str) else run_id
    query = select(BenchmarkRun).where(BenchmarkRun.id == number, visible(BenchmarkRun, actor))
    row = session.scalar(query)
    if row is None:
        raise BenchmarkNotFound(f"There is no benchmark run {number}.")
    note_view(actor, row)
    return row


def visible_benchmarks(
    database: Database, actor: Actor, run_ids: Sequence[int]
) -> list[BenchmarkRun]:
    """Return several runs. Raises Invalid for one that is named twice, and BenchmarkNotFound.

    Both name the field ``run_ids``.
    """
    twice = next((one for place, one in enumerate(run_ids) if one in run_ids[:place]), None)
    if twice is not None:
        detail = f"Run {twice} is named twice: name each run once."
        raise Invalid(detail, errors={"run_ids": [detail]})
    with database.read() as session, naming("run_ids"):
        return [visible_benchmark(session, actor, number) for number in run_ids]


@contextmanager
def naming(field: str) -> Iterator[None]:
    """Name the field of a body that has the number of a run which is not there."""
    try:
        yield
    except BenchmarkNotFound as error:
        raise BenchmarkNotFound(error.detail, errors={field: [error.detail]}) from None


def editable_benchmark(session: Session, actor: Actor, run_id: int | str) -> BenchmarkRun:
    """Return the run, locked. Raises as ``visible_benchmark``, and Forbidden where it is shared."""
    row = visible_benchmark(session, actor, run_id)
    if not can_edit(actor, row):
        raise Forbidden("This benchmark is shared with you to read: its owner changes it.")
    session.refresh(row, with_for_update=True)
    return row
