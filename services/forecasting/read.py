"""A session as its pages and clients see it: its settings, its files, how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionFile, SessionModel
from app.models.run import OVER, Run
from services.forecasting.busy import is_building
from services.forecasting.datasets.objects import WINDOWS, find_object
from services.forecasting.files.list import files_of
from services.forecasting.resolve import visible_session
from services.forecasting.training.start_from import is_model_or_live


@dataclass(frozen=True, kw_only=True)
class SessionOverview:
    """A session with its files and the states of its models' runs."""

    session: ForecastSession
    files: Sequence[SessionFile]
    runs: Sequence[Row[int, str]]
    can_edit: bool
    is_building: bool
    has_datasets: bool

    @property
    def finalized(self) -> bool:
        """Return whether the session was finalized."""
        return self.session.finalized_at is not None

    @property
    def file_count(self) -> int:
        """Return how many series it has."""
        return len(self.files)

    @property
    def time_info(self) -> Mapping[str, Any]:
        """Return the calendar settings, empty where there are none."""
        return self.session.time_info or {}

    @property
    def time_steps(self) -> Mapping[str, Any]:
        """Return the time steps, empty where there are none."""
        return self.session.time_steps or {}

    @property
    def split(self) -> Mapping[str, Any]:
        """Return how samples were split at the newest start, empty before there was one."""
        return self.session.split or {}

    @property
    def prices(self) -> Mapping[str, Any]:
        """Return what errors of its outputs cost, empty where nothing is said."""
        return self.session.prices or {}

    @property
    def is_training(self) -> bool:
        """Return whether a model is not over."""
        return any(run.status not in OVER for run in self.runs)

    @property
    def phase(self) -> str:
        """Return the contract's workflow phase."""
        if self.is_building:
            return "phase1"
        if self.is_training:
            return "phase3"
        if any(run.status == "completed" for run in self.runs):
            return "completed"
        return "upload" if self.session.n_dat is None else "phase2"


def show_session(database: Database, actor: Actor, wire_id: object) -> SessionOverview:
    """Return the session; raises BadSessionId and SessionNotFound."""
    with database.read() as session:
        row = visible_session(session, actor, wire_id)
        return SessionOverview(
            session=row,
            files=files_of(session, row),
            runs=runs_of(session, [row.id]).get(row.id, []),
            can_edit=can_edit(actor, row),
            is_building=is_building(session, row),
            has_datasets=find_object(session, row, WINDOWS) is not None,
        )


def runs_of(session: Session, session_ids: Sequence[int]) -> dict[int, list[Row[int, str]]]:
    """Return id and status of the runs of each session, the oldest first.

    Trials of a search that are over and were not kept are none.
    """
    query = (
        select(SessionModel.session_id, Run.id, Run.status)
        .join(Run, Run.id == SessionModel.run_id)
        .where(SessionModel.session_id.in_(session_ids), is_model_or_live())
        .order_by(Run.id)
    )
    runs: dict[int, list[Row[int, str]]] = {}
    for row in session.execute(query):
        runs.setdefault(row.session_id, []).append(row)  # type: ignore[arg-type]
    return runs
