"""Deleting a run for good, over HTTP: nothing of it is left, and its number is never given again."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.db.base import Base
from app.models.audit import AuditEntry
from app.models.event import EventRow, Topic
from app.models.retired import RetiredId
from app.models.run import Artifact, Run, RunLog
from app.storage import MemoryStore, StorageUnavailable, StoredObject
from services.runs import sweep
from services.runs.delete import delete_run
from services.runs.notifications import RunDeleted
from services.tracking.labels import write_params, write_tags
from tests.factories.callers import Caller
from tests.factories.runs import (
    add_client,
    add_curve,
    make_job,
    make_known_federated,
    make_run,
)

OWN = ("audit_log", "audit_head", "topics", "events", "spent_ids", "idempotency_keys")


def rows_by_table(caller: Caller) -> dict[str, int]:
    with caller.database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in OWN
        }


def make_full_run(caller: Caller) -> Run:
    """Write a run that has a row in every table that runs have rows in."""
    run = make_known_federated(caller.database, caller.id)
    make_job(caller.database, run, "succeeded")
    add_curve(caller.database, run, "val_loss", [0.5, 0.4])
    add_curve(caller.database, run, "val_loss", [0.5, 0.4], client="site_1")
    add_client(caller.database, run, "site_1", rounds={1: "completed"})
    with caller.database.write() as unit:
        write_params(unit.session, run.id, {"lr": 0.1})
        write_tags(unit.session, run.id, {"site": "north"})
        unit.session.add(RunLog(run_id=run.id, attempt=1, at=now(), level="info", message="x"))
        unit.session.add(_artifact(caller, run))
    return run


def _artifact(caller: Caller, run: Run) -> Artifact:
    key = f"runs/{run.id}/1/model.safetensors"
    caller.resources.store.put(key, b"weights")
    return Artifact(run_id=run.id, name="model", kind="model", object_key=key, size_bytes=7,
                    sha256="0" * 64, created_at=now())  # fmt: skip


async def test_deleting_leaves_nothing_but_the_audit_log(member: Caller) -> None:
    kept = make_full_run(member)
    before = rows_by_table(member)
    run = make_full_run(member)
    assert all(
        rows_by_table(member)[name] > before[name] for name in ("jobs", "rounds", "run_tags")
    )
    assert (await member.call("DELETE", f"/api/runs/{run.id}")).status_code == 204
    assert rows_by_table(member) == before
    store = member.resources.store
    assert [stored.key for stored in store.list("runs/")] == [f"runs/{kept.id}/1/model.safetensors"]
    await member.get(f"/api/runs/{run.id}", 404)
    with member.database.read() as session:
        topics = session.scalars(select(Topic.name)).all()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "run_deleted")).one()
        notifications = session.scalars(
            select(EventRow).where(EventRow.type == RunDeleted.type)
        ).all()
    assert f"run:{run.id}" not in topics
    assert (entry.target, entry.detail["name"]) == (f"run:{run.id}", run.name)
    assert {event.topic for event in notifications} == {"admins", f"user:{member.id}"}
    assert all(event.data == {"run_id": run.id} for event in notifications)


async def test_deleting_twice_is_not_found(member: Caller) -> None:
    run = make_run(member.database, member.id)
    assert (await member.call("DELETE", f"/api/runs/{run.id}")).status_code == 204
    assert (await member.call("DELETE", f"/api/runs/{run.id}")).status_code == 404


@pytest.mark.parametrize("state", ["queued", "starting", "running", "stopping", "lost"])
async def test_a_live_run_is_not_deleted(member: Caller, state: str) -> None:
    status = "queued" if state == "queued" else "in_progress"
    run = make_run(member.database, member.id, status=status)
    make_job(member.database, run, state)
    answer = await member.call("DELETE", f"/api/runs/{run.id}")
    assert (answer.status_code, answer.body["code"]) == (409, "conflict")
    assert state in answer.body["detail"]


async def test_a_run_that_another_program_still_logs_is_not_deleted(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress", origin="logged")
    answer = await member.call("DELETE", f"/api/runs/{run.id}")
    assert (answer.status_code, answer.body["code"]) == (409, "conflict")


async def test_the_number_of_a_deleted_run_is_never_given_again(member: Caller) -> None:
    first = make_run(member.database, member.id)
    newest = make_run(member.database, member.id)
    for run in (newest, first):
        await member.call("DELETE", f"/api/runs/{run.id}")
    assert make_run(member.database, member.id).id > newest.id
    with member.database.read() as session:
        assert session.get_one(RetiredId, "runs").highest == newest.id


async def test_several_runs_of_one_flush_get_numbers_of_their_own(member: Caller) -> None:
    newest = make_run(member.database, member.id)
    await member.call("DELETE", f"/api/runs/{newest.id}")
    fresh = [Run(name="x", training_mode="centralized", status="completed", start_time=now(),
                 owner_id=member.id, config={}, seed=0) for _ in range(3)]  # fmt: skip
    with member.database.write() as unit:
        unit.session.add_all(fresh)
    assert len({newest.id, *(run.id for run in fresh)}) == 4


async def test_the_sweep_finds_the_objects_that_a_crash_left(member: Caller, monkeypatch) -> None:
    run = make_full_run(member)
    store = member.resources.store
    kept = make_full_run(member)
    key = f"runs/{run.id}/1/left-behind"
    assert (await member.call("DELETE", f"/api/runs/{run.id}")).status_code == 204
    store.put(key, b"written between the commit and the end of the process")
    assert sweep.sweep_orphans(member.database, store) == 0  # not a day old yet
    monkeypatch.setattr(sweep, "OLD_ENOUGH", sweep.OLD_ENOUGH * 0)
    assert sweep.sweep_orphans(member.database, store) == 1
    assert [entry.key for entry in store.list("runs/")] == [f"runs/{kept.id}/1/model.safetensors"]


class AwayStore(MemoryStore):
    """A store whose network is down."""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        raise StorageUnavailable("The object store does not answer.")


async def test_a_store_that_is_away_does_not_keep_the_rows(member: Caller) -> None:
    run = make_full_run(member)
    delete_run(member.database, AwayStore(), member.actor, str(run.id))
    with member.database.read() as session:
        assert session.get(Run, run.id) is None


async def test_only_owner_and_admin_delete(
    member: Caller, colleague: Caller, admin: Caller
) -> None:
    run = make_run(member.database, member.id, visibility="team")
    assert (await colleague.call("DELETE", f"/api/runs/{run.id}")).status_code == 403
    assert (await admin.call("DELETE", f"/api/runs/{run.id}")).status_code == 204
