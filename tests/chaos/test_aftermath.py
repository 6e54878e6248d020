"""The look at an installation sees what must not be: one that cannot fail proves nothing."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.clock import now
from app.db.base import Base
from app.db.engine import Database
from app.models.idempotency import IdempotencyKey
from app.models.job import Job
from app.models.user import User
from harness.chaos.harness import FaultPlan
from harness.chaos.installation.attack import ShockPlan, ShockRecord, ShockResult
from harness.chaos.installation.audit import KEYS, examine, stuck_keys
from harness.chaos.installation.client import RepeatingClient
from harness.chaos.total import TotalPlan, TotalResult

NO_OBJECTS = {"adjective_key", "cause_key", "concurrency_key", "public_key"}


@pytest.fixture
def owner(database: Database) -> int:
    user = User(email="a@example.org", name="", role="member", is_active=True, created_at=now())
    with database.write() as unit:
        unit.session.add(user)
    return user.id


def look(database: Database, home: Path) -> list[str]:
    (home / "objects").mkdir(exist_ok=True)
    client = RepeatingClient("http://127.0.0.1:1", "", lambda: True)
    return examine(database, home, client, []).all_faults


def keep_weights(database: Database, owner: int, key: str) -> None:
    statement = (
        "INSERT INTO weights (name, owner_id, visibility, object_key, size_bytes, sha256, "
        "num_tensors, num_parameters, created_at) VALUES "
        "('w', :owner, 'private', :key, 1, 'x', 1, 1, :at)"
    )
    with database.write() as unit:
        unit.session.execute(text(statement), {"owner": owner, "key": key, "at": now()})


def test_a_row_whose_object_is_not_there_is_seen(database, owner, tmp_path) -> None:
    keep_weights(database, owner, "weights/1/a")
    assert look(database, tmp_path) == ["weights.object_key names weights/1/a"]


def test_a_row_whose_object_is_there_is_no_finding(database, owner, tmp_path) -> None:
    keep_weights(database, owner, "weights/1/a")
    (tmp_path / "objects/weights/1").mkdir(parents=True)
    (tmp_path / "objects/weights/1/a").touch()
    assert look(database, tmp_path) == []


def test_every_column_that_names_an_object_is_looked_at() -> None:
    columns = {
        column.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_key")
    }
    assert columns - set(KEYS) == NO_OBJECTS


def test_a_key_without_an_answer_is_seen(database, owner) -> None:
    row = IdempotencyKey(user_id=owner, key="k", request_hash="h", created_at=now())
    with database.write() as unit:
        unit.session.add(row)
    assert stuck_keys(database.engine) == ["key k has no answer"]


def test_a_job_that_counts_as_poison_is_seen(database, tmp_path) -> None:
    job = Job(kind="training", queue="train", subject="run:1", state="failed", attempt=3, deaths=3,
              created_at=now())  # fmt: skip
    with database.write() as unit:
        unit.session.add(job)
    assert len(look(database, tmp_path)) == 1


def test_one_restart_by_hand_fails_the_whole() -> None:
    result = TotalResult(plan=TotalPlan(jobs=FaultPlan(faults=1, seed=1), parts=("sqlite",)))
    shocks = ShockResult(plan=ShockPlan(shocks=1, seed=1))
    result.shocks.append(shocks)
    assert result.is_good
    shocks.shocks.append(ShockRecord("web frozen", 1.0, None, ("web",)))
    shocks.manual_restarts = 1
    assert (result.is_good, result.summary()["manual_restarts"]) == (False, 1)
