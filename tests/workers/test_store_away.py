"""Real trainings on a real worker, over a real S3 server that is away for a while."""

import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rq import Worker
from sqlalchemy import select

from app.models import Job
from app.resources import Resources, open_resources
from app.settings import Settings
from harness.eventually import eventually
from services.datasets.create import Upload, create_dataset
from services.domains import OBSERVERS
from services.runs.create import StartRequest, start_run
from tests.factories.people import make_actor
from tests.support.s3_server import CREDENTIALS, S3Server
from tests.workers.conftest import processes

pytestmark = [pytest.mark.full, pytest.mark.timeout(1200)]

START_SECONDS = 400.0
BUCKET = "objects"
POINTS = {
    "data": ("GET", "/datasets/"),
    "checkpoint": ("PUT", "/step-"),
    "model": ("PUT", "/result/"),
}
ROWS = "".join(f"{n},{n % 7},{'yes' if n % 3 else 'no'}\n" for n in range(120))


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server().running() as running, pytest.MonkeyPatch.context() as patched:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": running.url}.items():
            patched.setenv(name, value)
        request = urllib.request.Request(f"{running.url}/{BUCKET}", method="PUT")
        urllib.request.urlopen(request).close()
        yield running


@pytest.fixture(scope="module")
def platform(
    server: S3Server,
    sqlite_template: Path,
    redis_socket: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Resources]:
    """Database, Redis, clock and one training worker over the server."""
    folder = tmp_path_factory.mktemp("store-away")
    shutil.copy(sqlite_template, folder / "roundhouse.db")
    settings = Settings.from_env(
        {
            "ROUNDHOUSE_HOME": str(folder / "home"),
            "DATABASE_URL": f"sqlite:///{folder}/roundhouse.db",
            "REDIS_URL": f"unix://{redis_socket}?db=8",
            "STORAGE_URL": f"s3://{BUCKET}",
        }
    )
    opened = open_resources(settings, OBSERVERS)
    with processes(settings) as start:
        start("workers.clock", "--parent", str(os.getpid()))
        start("workers", "--queue", "train", "--parent", str(os.getpid()))
        eventually(lambda: len(Worker.all(opened.redis)) == 1, START_SECONDS)
        yield opened
    opened.close()


@pytest.fixture
def run_id(platform: Resources, tmp_path: Path) -> int:
    """A training that has to read its rows from the store."""
    path = tmp_path / "rows.csv"
    path.write_text(f"a,b,Target\n{ROWS}")
    actor = make_actor(platform.database)
    upload = Upload(path=path, filename="rows.csv", kind="table")
    dataset = create_dataset(platform.database, platform.store, actor, upload)
    request = StartRequest(
        mode="federated",
        dataset=dataset.id,
        experiment_name="test",
        num_server_rounds=3,
        config={"num_clients": 2},
    )
    return start_run(platform.database, actor, request).run_id


def job_of(platform: Resources, run_id: int) -> Job:
    with platform.database.read() as session:
        return session.scalars(select(Job).where(Job.subject == f"run:{run_id}")).one()


@pytest.mark.parametrize("point", POINTS)
def test_a_store_that_is_away_lets_the_training_wait_and_is_no_death(
    platform: Resources, server: S3Server, tmp_path: Path, point: str, request
) -> None:
    method, part = POINTS[point]
    with server.away(lambda verb, path: verb == method and part in path):
        run_id = request.getfixturevalue("run_id")
        # twice in a row: longer than twelve seconds, for each attempt asks for seconds, too
        eventually(lambda: job_of(platform, run_id).outages >= 2, START_SECONDS)
        assert job_of(platform, run_id).waits_for in ("storage_away", None)
    eventually(lambda: job_of(platform, run_id).state == "succeeded", START_SECONDS)
    assert (job_of(platform, run_id).deaths, job_of(platform, run_id).waits_for) == (0, None)
