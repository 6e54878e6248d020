"""An import that is broken off at any moment: nothing twice, nothing half, nothing left behind."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.jobs.doorbell import RedisDoorbell
from app.jobs.errors import LeaseLost
from app.jobs.reconcile import report_death
from app.models.job import Job
from app.models.run import Run
from app.models.run_import import RunImport, RunImportItem
from app.models.series import Series
from app.resources import Resources
from harness.eventually import eventually
from services.imports.create import ImportUpload, queue_import
from services.imports.stop import stop_import
from tests.factories.imports import claimed, work_on
from tests.factories.mlflow_files import TrackingFile
from tests.factories.people import actor_for, make_user
from tests.support.databases import ON_ONE_DATABASE
from tests.workers.conftest import processes
from workers.attempt import Attempt


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


def tracking(tmp_path: Path, runs: int) -> Path:
    file = TrackingFile(tmp_path / "mlflow.db")
    for number in range(runs):
        file.run(f"uuid{number:04}", f"run {number}")
        file.metric(f"uuid{number:04}", "val_loss", (0, 0.5), (1, 0.25))
    file.run("gone", "old", lifecycle_stage="deleted")
    return file.close()


def send(resources: Resources, owner: Actor, path: Path) -> int:
    upload = ImportUpload(kind="mlflow", path=path, filename=path.name)
    return queue_import(resources.database, resources.store, owner, upload).id


def outcome(resources: Resources, number: int) -> tuple[RunImport, list[RunImportItem]]:
    with resources.database.read() as session:
        row = session.get_one(RunImport, number)
        query = select(RunImportItem).where(RunImportItem.import_id == number)
        items = session.scalars(query.order_by(RunImportItem.number)).all()
    return row, list(items)


def assert_complete(resources: Resources, number: int, runs: int) -> None:
    """Every run is there once with its curve, and is reported once; the file is gone."""
    row, items = outcome(resources, number)
    assert (row.status, row.done, row.total) == ("completed", runs + 1, runs + 1)
    assert (row.num_imported, row.num_skipped) == (runs, 1)
    assert sorted(one.name for one in items) == sorted([*(f"run {n}" for n in range(runs)), "old"])
    with resources.database.read() as session:
        ids = set(session.scalars(select(Run.id)))
        assert ids == {one.run_id for one in items if one.run_id is not None}
        assert session.scalar(select(func.sum(Series.count))) == 2 * runs
    assert list(resources.store.list("imports/")) == []
    assert list((resources.settings.home / "tmp").glob("import-*")) == []


@pytest.mark.full
@ON_ONE_DATABASE
def test_a_killed_worker_is_followed_by_one_that_goes_on(clock, resources, owner, tmp_path) -> None:
    resources.database.doorbell = RedisDoorbell(resources.redis)
    with processes(resources.settings) as start:
        start("tests.workers.mortal", "io", str(os.getpid()), "5")
        number = send(resources, owner, tracking(tmp_path, runs=40))
        # the file goes last, after the commit that ends the job
        eventually(lambda: not list(resources.store.list("imports/")), 240)
    with resources.database.read() as session:
        assert session.scalars(select(Job)).one().attempt == 2
    assert_complete(resources, number, 40)


class Mortal(Attempt):
    """An attempt that is not the row's any more when it writes for the nth time."""

    writes_left = 0

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with super().write() as unit:
            yield unit
            self.writes_left -= 1
            if self.writes_left < 0:
                raise LeaseLost("killed")


def mortal(resources: Resources, writes: int) -> Mortal:
    attempt = claimed(resources)
    other = Mortal(resources.jobs, attempt.claim)
    other.writes_left = writes
    return other


def bury(resources: Resources, attempt: Attempt) -> None:
    """Say that the attempt is dead, and let the next one begin at once."""
    report_death(resources.jobs, attempt.claim.job_id, attempt.claim.holder, "killed")
    with resources.database.write() as unit:
        unit.session.execute(update(Job).values(not_before=0.0))


@pytest.mark.parametrize("writes", range(5))
def test_every_commit_is_a_place_to_go_on_from(resources, owner, tmp_path, writes) -> None:
    number = send(resources, owner, tracking(tmp_path, runs=3))
    dying = mortal(resources, writes)
    with pytest.raises(LeaseLost):
        work_on(resources, dying)
    bury(resources, dying)
    work_on(resources, claimed(resources))
    assert_complete(resources, number, 3)


def test_deaths_with_a_run_in_between_never_add_up_to_a_poisoned_job(
    resources, owner, tmp_path
) -> None:
    number = send(resources, owner, tracking(tmp_path, runs=6))
    for _ in range(4):
        dying = mortal(resources, 2)  # the beginning and one run
        with pytest.raises(LeaseLost):
            work_on(resources, dying)
        bury(resources, dying)
    work_on(resources, claimed(resources))
    assert_complete(resources, number, 6)


class Interrupted(Attempt):
    """An attempt during which something else happens, once it has begun to look at runs."""

    meanwhile: Callable[[], None] | None = None

    def stop_requested(self) -> bool:
        then, self.meanwhile = self.meanwhile, None
        if then is not None:
            then()
        return super().stop_requested()


def test_two_imports_of_one_file_at_a_time_make_each_run_once(resources, owner, tmp_path) -> None:
    path = tracking(tmp_path, runs=3)
    numbers = [send(resources, owner, path) for _ in range(2)]
    first = Interrupted(resources.jobs, claimed(resources).claim)
    second = claimed(resources)
    first.meanwhile = lambda: work_on(resources, second)
    work_on(resources, first)
    outcomes = [outcome(resources, number)[0] for number in numbers]
    assert [one.num_imported for one in outcomes] == [0, 3]
    assert [one.status for one in outcomes] == ["completed", "completed"]
    with resources.database.read() as session:
        assert session.scalar(select(func.count(Run.id))) == 3


class StoppedAfter(Attempt):
    """An attempt that somebody asks to stop when it has seen to two runs."""

    calls = 0

    def stop_requested(self) -> bool:
        self.calls += 1
        return self.calls > 2


def test_a_stopped_import_keeps_what_it_made(resources, owner, tmp_path) -> None:
    number = send(resources, owner, tracking(tmp_path, runs=3))
    attempt = StoppedAfter(resources.jobs, claimed(resources).claim)
    work_on(resources, attempt)
    row, items = outcome(resources, number)
    assert (row.status, row.done) == ("cancelled", 2)
    assert [one.name for one in items] == ["old", "run 0"]
    assert list(resources.store.list("imports/")) == []


def test_an_import_that_waits_is_stopped_at_once(resources, owner, tmp_path) -> None:
    number = send(resources, owner, tracking(tmp_path, runs=1))
    stop_import(resources.jobs, resources.store, owner, str(number))
    assert outcome(resources, number)[0].status == "cancelled"
    assert list(resources.store.list("imports/")) == []


def test_who_left_meanwhile_gets_no_runs(resources, owner, tmp_path) -> None:
    from app.models.user import User

    number = send(resources, owner, tracking(tmp_path, runs=1))
    with resources.database.write() as unit:
        unit.session.get_one(User, owner.user_id).is_active = False
    work_on(resources, claimed(resources))
    row, items = outcome(resources, number)
    assert (row.status, items) == ("failed", [])
    assert "viewer" in str(row.error)
