"""Listing runs: filtered, sorted and paged by the database, in a constant number of statements."""

from dataclasses import dataclass

from sqlalchemy import select

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.runs.statements import WITHOUT_DOCUMENTS
from services.runs.summaries import RunSummary, summarise_runs
from services.search.page import page_of
from services.search.query import RunsQuery


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """One page of the list; ``total`` counts what matches before paging."""

    runs: list[RunSummary]
    total: int
    next: str | None


def find_runs(database: Database, actor: Actor, query: RunsQuery) -> RunPage:
    """Return the page of the runs that the actor may see."""
    # without a filter no value decides about a plan, and to plan again costs more than it brings
    opened = database.search if query.filter else database.read
    with opened() as session:
        page = page_of(session, actor, query)
        rows = session.scalars(select(Run).options(*WITHOUT_DOCUMENTS).where(Run.id.in_(page.ids)))
        by_id = {run.id: run for run in rows}
        runs = [by_id[run_id] for run_id in page.ids if run_id in by_id]
        return RunPage(
            runs=summarise_runs(session, runs, query.columns), total=page.total, next=page.next
        )
