"""Where the inputs of a session's forecasts come from, and which model makes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.forecast_keys import CALLS_PER_MINUTE, KEY_PREFIX
from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.forecast_access import ForecastConfig
from app.models.forecasting import ForecastSession
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.list import files_of
from services.forecasting.prediction.keys import MAX_KEYS
from services.forecasting.resolve import editable_session, visible_session
from services.forecasting.saved_models import choose_saved, saved_of
from services.forecasting.topics import subject_of
from services.forecasting.windows.wire import series_from_wire

REQUEST, STORED, BOTH = "request", "stored", "both"
SOURCES: Mapping[str, str] = {
    REQUEST: "the rows that the request brings",
    STORED: "the session's own file",
    BOTH: "the session's own file, and behind it the rows that the request brings",
}
MAX_ROWS = 200_000
MAX_VALUE = 1e30  # models compute in float32, which ends at 3.4e38: squares and sums stay inside


@dataclass(frozen=True, kw_only=True)
class ForecastSettings:
    """The source of each input by label (others come with the request), and a model or None."""

    sources: Mapping[str, str] = field(default_factory=dict)
    model_filename: str | None = None

    def source(self, label: str, *, has_rows: bool) -> str:
        """Return where an input comes from; in a request without any rows all are stored."""
        return self.sources.get(label, REQUEST) if has_rows else STORED


@dataclass(frozen=True, kw_only=True)
class ConfiguredInput:
    """An input with its source; ``known_ahead`` means that a forecast needs values to come."""

    label: str
    source: str
    known_ahead: bool
    horizon_start: float
    horizon_end: float


@dataclass(frozen=True, kw_only=True)
class ForecastSetup:
    """What is chosen for a session, with its inputs in the order of their upload."""

    session_id: str
    inputs: list[ConfiguredInput]
    model_filename: str | None


def settings_of(session: Session, owner: ForecastSession) -> ForecastSettings:
    """Return what is stored of a session; without anything the defaults."""
    row = session.get(ForecastConfig, owner.id)
    content = {} if row is None else row.content
    return ForecastSettings(
        sources=content.get("sources", {}), model_filename=content.get("model_filename")
    )


def read_config(database: Database, actor: Actor, wire_id: object) -> ForecastSetup:
    """Return what is chosen for the forecasts of a session."""
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        return _setup(session, owner, settings_of(session, owner))


def save_config(
    database: Database, actor: Actor, wire_id: object, inputs: object, model_filename: str | None
) -> ForecastSetup:
    """Choose the source of inputs by label, and a model by its file name or None for the best.

    Raises FieldRefused naming label and value, InvalidModelFilename and ModelNotFound.
    """
    with database.write() as unit:
        owner = editable_session(unit.session, actor, wire_id)
        labels = [one.label for one in files_of(unit.session, owner) if one.direction == "input"]
        chosen = ForecastSettings(
            sources=checked_sources(inputs, labels), model_filename=model_filename
        )
        if model_filename is not None:
            choose_saved(saved_of(unit.session, owner), model_filename, "model_filename")
        content = {"sources": dict(chosen.sources), "model_filename": model_filename}
        values = {"content": content, "updated_at": now()}
        insert = insert_into(unit.session, ForecastConfig).values(session_id=owner.id, **values)
        unit.session.execute(
            insert.on_conflict_do_update(index_elements=[ForecastConfig.session_id], set_=values)
        )
        record(unit, actor, "session_changed", subject_of(owner.id), {"forecasts": content})
        return _setup(unit.session, owner, chosen)


def checked_sources(inputs: object, labels: list[str]) -> dict[str, str]:
    """Return the source of each named input; a text, or an object with ``source``."""
    if inputs is None:
        return {}
    if not isinstance(inputs, Mapping):
        raise FieldRefused("inputs", "inputs must be an object: a source for each input by label.")
    sources = {}
    for label, given in inputs.items():
        if label not in labels:
            known = ", ".join(labels) or "none yet"
            detail = f"inputs.{label!s:.80} is no input of this session; these are: {known}."
            raise FieldRefused(f"inputs.{label!s:.80}", detail)
        source = given.get("source") if isinstance(given, Mapping) else given
        if not isinstance(source, str) or source not in SOURCES:
            right = ", ".join(SOURCES)
            said = shown(source)
            detail = f"inputs.{label} has the source {said}, but it must be one of {right}."
            raise FieldRefused(f"inputs.{label}", detail)
        sources[label] = source
    return sources


def _setup(session: Session, owner: ForecastSession, chosen: ForecastSettings) -> ForecastSetup:
    plans = [
        series_from_wire({**one.fields, "bezeichnung": one.label}, "input")
        for one in files_of(session, owner)
        if one.direction == "input"
    ]
    return ForecastSetup(
        session_id=owner.wire_id,
        inputs=[
            ConfiguredInput(
                label=one.label,
                source=chosen.source(one.label, has_rows=True),
                known_ahead=one.form != "current" and one.horizon_end > 0,
                horizon_start=float(one.horizon_start),
                horizon_end=float(one.horizon_end),
            )
            for one in plans
        ],
        model_filename=chosen.model_filename,
    )


def api_parameters() -> dict[str, Any]:
    """Return the choices and limits of forecasts over the API."""
    return {
        "sources": [{"value": name, "label": text} for name, text in SOURCES.items()],
        "default_source": REQUEST,
        "key_prefix": KEY_PREFIX,
        "max_keys": MAX_KEYS,
        "calls_per_minute": CALLS_PER_MINUTE,
        "max_rows": MAX_ROWS,
        "fields": {
            "series": "Rows by label: times (ISO 8601), values (numbers or null), perhaps issued; "
            "of rows with equal times the last counts",
            "reference_time": "ISO 8601, UTC without an offset; by default the last for which "
            "everything is known",
            "model_filename": "A name from the list of models; by default the configured one, or "
            "the best by skill",
        },
    }
