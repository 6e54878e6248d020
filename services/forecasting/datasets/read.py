"""What is read of a session's datasets: windows, violins, plots, arrays, names of variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession
from app.storage import ObjectStore
from services.forecasting.datasets import objects
from services.forecasting.datasets.objects import require_object
from services.forecasting.datasets.report import plan_digest
from services.forecasting.errors import DatasetsNotFound, FieldRefused, VisualizationNotFound
from services.forecasting.files.list import files_of
from services.forecasting.resolve import visible_session
from services.forecasting.training.plan import plan_of
from services.forecasting.windows.calendar_features import calendar_names
from services.forecasting.windows.errors import InvalidWindows
from services.forecasting.windows.wire import calendar_from_wire


@dataclass(frozen=True, kw_only=True)
class DatasetDocument:
    """A document of the datasets. ``is_current`` is false after the session's settings changed."""

    session_id: str
    n_dat: int
    created_at: datetime
    is_current: bool
    content: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class DatasetFile:
    """A file of the datasets as a stream, to be closed."""

    name: str
    size_bytes: int
    stream: BinaryIO


@dataclass(frozen=True, kw_only=True)
class PlotVariables:
    """What a plot of the session may show, by the names of its columns."""

    session_id: str
    input_variables: Sequence[str]
    output_variables: Sequence[str]
    time_components: Sequence[str]


def read_windows(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> DatasetDocument:
    """Return the report of the windows; raises DatasetsNotFound."""
    return _document(database, store, actor, wire_id, objects.WINDOWS)


def read_violins(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> DatasetDocument:
    """Return the violins of every column as numbers; raises VisualizationNotFound."""
    return _drawn(database, store, actor, wire_id, objects.VIOLINS)


def read_visualizations(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> DatasetDocument:
    """Return the violins of every column as PNGs; raises VisualizationNotFound."""
    return _drawn(database, store, actor, wire_id, objects.VISUALIZATIONS)


def violin_kinds(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> Sequence[str]:
    """Return which of input, time and output have violins; none before they are drawn."""
    try:
        document = read_visualizations(database, store, actor, wire_id)
    except VisualizationNotFound:
        return []
    return [kind for kind, names in document.content["metadata"].items() if names]


def open_arrays(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> DatasetFile:
    """Open the arrays of all samples as ``.npz``; raises DatasetsNotFound."""
    return _opened(database, store, actor, wire_id, objects.ARRAYS)


def open_dropped(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> DatasetFile:
    """Open the table of all dropped samples as Parquet; raises DatasetsNotFound."""
    return _opened(database, store, actor, wire_id, objects.DROPPED)


def plot_variables(database: Database, actor: Actor, wire_id: object) -> PlotVariables:
    """Return the columns that the session's settings make now."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        files = files_of(session, owner)
    return PlotVariables(
        session_id=owner.wire_id,
        input_variables=[one.label for one in files if one.direction == "input"],
        output_variables=[one.label for one in files if one.direction == "output"],
        time_components=calendar_names(calendar_from_wire(owner.time_info)),
    )


def _drawn(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object, name: str
) -> DatasetDocument:
    try:
        return _document(database, store, actor, wire_id, name)
    except DatasetsNotFound as none:
        raise VisualizationNotFound(none.wire_id) from none


def _document(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object, name: str
) -> DatasetDocument:
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        row = require_object(session, owner, name)
        digest = _digest(session, owner)
    return DatasetDocument(
        session_id=owner.wire_id,
        n_dat=row.details["n_dat"],
        created_at=row.created_at,
        is_current=digest == row.details["plan_sha256"],
        content=strict_json.loads(store.get(row.object_key)),
    )


def _digest(session: Session, owner: ForecastSession) -> str | None:
    """Return the hash of the session's settings; None where no windows could be cut with them."""
    try:
        return plan_digest(plan_of(session, owner, owner.split or {}))
    except (FieldRefused, InvalidWindows):
        return None


def _opened(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object, name: str
) -> DatasetFile:
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        row = require_object(session, owner, name)
    return DatasetFile(
        name=f"{owner.wire_id}_{name}",
        size_bytes=row.size_bytes,
        stream=store.open(row.object_key),
    )
