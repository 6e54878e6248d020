"""What a model is trained with, as it was when it was started: the session in its own words."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.errors import FieldRefused
from services.forecasting.files.fields import not_ready
from services.forecasting.files.list import files_of
from services.forecasting.files.reading import FORECASTS, OVERVIEW
from services.forecasting.training.prepare import window_plan_of


def plan_of(session: Session, owner: ForecastSession, split: Mapping[str, Any]) -> dict[str, Any]:
    """Return time steps, calendar, split and files, as JSON takes them.

    Raises StepsMissing, FieldRefused where a file cannot be used yet, and what the windows say of
    settings that cannot be.
    """
    files = files_of(session, owner)
    for direction in ("input", "output"):
        _require(direction, [one for one in files if one.direction == direction])
    plan = {
        "zeitschritte": dict(owner.time_steps or {}),
        "timeInfo": dict(owner.time_info or {}),
        "split": dict(split),
        "files": [file_in_plan(one) for one in files],
    }
    window_plan_of(plan)  # what cannot be is said now, not by a worker
    return plan


def _require(direction: str, files: Sequence[SessionFile]) -> None:
    if not files:
        raise FieldRefused("files", f"The session has no {direction} yet: add a file.")
    for one in files:
        if one.status != "ready":
            raise FieldRefused("files", not_ready(one.label, one.status))
        _require_form(one)


def _require_form(row: SessionFile) -> None:
    """Raise FieldRefused unless stored forecasts have issue times, and nothing else has."""
    has_issues = bool((row.reading or {}).get("issues"))
    if has_issues and row.direction == "output":
        detail = f"{row.label} holds stored forecasts: an output must be what was measured."
        raise FieldRefused("files", detail)
    if has_issues != (row.fields.get("datenform") == FORECASTS):
        detail = (
            f"{row.label} has issue times: its data form must be {FORECASTS}."
            if has_issues
            else f"{row.label} is {FORECASTS}, but its file says no issue times: name the column "
            "with them, or with the lead time, in its import options."
        )
        raise FieldRefused("files", detail)


def file_in_plan(row: SessionFile) -> dict[str, Any]:
    """Return a series as a plan keeps it, with the files that its rows come from."""
    return {
        "uuid": row.uuid,
        "label": row.label,
        "bezeichnung": row.label,
        "direction": row.direction,
        "values_key": row.values_key,
        "series_index": row.series_index,
        "sources": _sources(row),
        "fields": {name: row.fields[name] for name in row.fields if name != OVERVIEW},
    }


def _sources(row: SessionFile) -> list[dict[str, Any]]:
    """Return the files that the rows of a series come from, in the order of their arrival."""
    own = {"file_name": row.file_name, "sha256": row.sha256}
    parts = (row.reading or {}).get("parts") or []
    return [own, *({name: part[name] for name in own} for part in parts)]
