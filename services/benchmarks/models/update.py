"""Changing models."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid
from app.models.benchmark import BenchmarkModel
from services.benchmarks.models.addresses import server_of, stored_url
from services.benchmarks.models.create import encrypted
from services.benchmarks.models.repository import editable_model, flush
from services.benchmarks.models.types import Installation
from services.benchmarks.topics import model_subject_of
from services.datasets.names import checked_name

KEY = "api_key"
PROBED_WITH = frozenset({"name", "base_url"})


def change_model(
    database: Database,
    actor: Actor,
    here: Installation,
    model_id: str,
    changes: Mapping[str, Any],
) -> BenchmarkModel:
    """Change the fields that ``changes`` has; None as ``api_key`` takes the key away.

    Raises BenchmarkModelNotFound, Forbidden, Invalid, AddressRefused, ModelExists.
    """
    with database.write() as unit:
        row = editable_model(unit.session, actor, model_id)
        values = _values(here, row, changes)
        before = {name: getattr(row, name) for name in values}
        changed = sorted(name for name, value in values.items() if before[name] != value)
        for name in changed:
            setattr(row, name, values[name])
        if KEY in changes:
            row.key_encrypted = encrypted(here.vault, changes[KEY])
        if KEY in changes or PROBED_WITH.intersection(changed):
            row.probe = None  # it was about another server
        if changed or KEY in changes:
            row.updated_at = now()
            flush(unit.session, row.name)
            detail = _detail(row, before, changed, changes)
            record(unit, actor, "benchmark_model_changed", model_subject_of(row.id), detail)
    return row


def _values(here: Installation, row: BenchmarkModel, changes: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in changes.items() if name != KEY}
    if "name" in values:
        values["name"] = checked_name(values["name"])
    if "base_url" in values:
        url = stored_url(values["base_url"], allow_private=here.allow_private)
        _refuse_to_send_elsewhere(row, url, changes)
        values["base_url"] = url
    return values


def _refuse_to_send_elsewhere(row: BenchmarkModel, url: str, changes: Mapping[str, Any]) -> None:
    """Keep a key from a server that it was not given for, whoever changes the address."""
    if row.key_encrypted and KEY not in changes and server_of(url) != server_of(row.base_url):
        detail = (
            f"The key was given for {row.base_url}: give the one of the new server, or null for "
            "none."
        )
        raise Invalid(detail, errors={KEY: [detail]})


def _detail(
    row: BenchmarkModel,
    before: Mapping[str, Any],
    changed: list[str],
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what the audit log keeps: of a key only that it was set or removed."""
    detail: dict[str, Any] = {
        "before": {name: before[name] for name in changed},
        "after": {name: getattr(row, name) for name in changed},
    }
    if KEY in changes:
        detail["key"] = "set" if row.key_encrypted else "removed"
    return detail
