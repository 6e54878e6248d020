"""Listing runs: filtered, sorted and paged by the database, in a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.runs.statements import LISTED_COLUMNS
from services.runs.studies import (
    StudyOfRun,
    StudyRow,
    rows_of_studies,
    studies_of,
)
from services.runs.summaries import RunSummary, summarise_runs
from services.search.columns import columns_of_keys
from services.search.default_columns import default_columns
from services.search.page import SearchPage, page_of
from services.search.query import RunsQuery


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """One page of the list; ``total`` counts rows before paging, ``num_runs`` matching runs.

    ``study_of`` has the study of each run on the page. ``studies`` are those that are one row,
    None where nobody asked for that; ``columns`` are those that were chosen for the caller.
    """

    runs: list[RunSummary]
    total: int
    next: str | None
    num_runs: int
    study_of: Mapping[int, StudyOfRun]
    studies: Sequence[StudyRow] | None = None
    columns: Sequence[str] | None = None


def find_runs(database: Database, actor: Actor, query: RunsQuery) -> RunPage:
    """Return the page of the runs that the actor may see."""
    # without a filter no value decides about a plan, and to plan again costs more than it brings
    opened = database.search if query.filter else database.read
    with opened() as session:
        page = page_of(session, actor, query)
        keys = default_columns(session, page.matching) if query.columns.auto else None
        columns = query.columns if keys is None else columns_of_keys(keys)
        study_of = studies_of(session, actor, page.ids)
        return RunPage(
            runs=summarise_runs(session, _rows(session, page), columns),
            total=page.total,
            next=page.next,
            num_runs=page.num_runs,
            study_of=study_of,
            studies=_studies(session, page, study_of) if query.group_studies else None,
            columns=keys,
        )


def _rows(session: Session, page: SearchPage) -> list[Run]:
    """Return the runs as plain rows: objects that can be changed are a tenth of a list's time."""
    rows = session.execute(select(*LISTED_COLUMNS).where(Run.id.in_(page.ids)))
    by_id = {row.id: cast("Run", row) for row in rows}
    return [by_id[run_id] for run_id in page.ids if run_id in by_id]


def _studies(
    session: Session, page: SearchPage, study_of: Mapping[int, StudyOfRun]
) -> list[StudyRow]:
    """Return the studies on the page, in its order."""
    ids = [study_of[run_id].id for run_id in page.ids if run_id in study_of]
    return rows_of_studies(
        session, {study: page.members[study] for study in ids if study in page.members}
    )
