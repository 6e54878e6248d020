"""One federation with three sites for all the tests here: processes are slow to start."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.engine import Database
from app.settings import Settings
from services.datasets.types import TrainingData
from tests.factories import training
from tests.factories.across_sites import AcrossSites, shared_out
from tests.factories.people import actor_for, make_user

NAMES = ("berlin", "hamburg", "munich")
SETTINGS = {
    **training.QUICK,
    "num_rounds": 2,
    "local_epochs": 1,
    "partitioner": "column",
    "partition_column": "hospital",
    "min_client_rows": 8,
}


@pytest.fixture(scope="module")
def data() -> TrainingData:
    """Rows of three hospitals, with gaps and categories."""
    return training.gappy_table(rows=160, hospitals=NAMES)


@pytest.fixture(scope="module")
def across(
    data: TrainingData, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AcrossSites]:
    """The federation, running, with three sites that are online."""
    folder = tmp_path_factory.mktemp("across")
    shutil.copy(sqlite_template, folder / "roundhouse.db")
    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(folder)})
    database = Database(settings.database_url)
    actor = actor_for(make_user(database))
    federation = AcrossSites(settings, database, actor, folder)
    try:
        federation.create()
        _, rows = shared_out(data, SETTINGS)
        for name in NAMES:
            federation.enrol(name, data, rows[name])
            federation.start_site(name)
        federation.wait_for(*NAMES)
        yield federation
    finally:
        federation.close()
        database.close()
