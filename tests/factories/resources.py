"""Rows that people own, for tests of permission."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from app.clock import now
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.federation import Federation, FederationSite
from app.models.run_import import RunImport
from app.models.study import Study, StudyRun
from app.models.weights import Weights


def make_dataset(database: Database, owner_id: int, visibility: str = "private") -> int:
    """Write a small table without its object and return its id."""
    dataset = Dataset(
        name="a table",
        kind="table",
        owner_id=owner_id,
        visibility=visibility,
        num_rows=400,
        num_patients=400,
        num_features=2,
        classes=["no", "yes"],
        class_distribution={"no": 200, "yes": 200},
        columns=["a", "b"],
        size_bytes=6400,
        sha256="0" * 64,
        object_key=f"datasets/{uuid4()}",
        created_at=now(),
    )
    with database.write() as uow:
        uow.session.add(dataset)
    return dataset.id


def make_weights(database: Database, owner_id: int, visibility: str = "private") -> int:
    """Write weights without their object and return their id."""
    weights = Weights(
        name="some weights",
        owner_id=owner_id,
        visibility=visibility,
        object_key=f"weights/{uuid4()}",
        sha256="0" * 64,
        size_bytes=100,
        num_tensors=2,
        num_parameters=9,
        created_at=now(),
    )
    with database.write() as uow:
        uow.session.add(weights)
    return weights.id


def make_import(database: Database, owner_id: int, visibility: str = "private") -> int:
    """Write an import that is over, without its object and its job, and return its id."""
    row = RunImport(
        owner_id=owner_id,
        visibility=visibility,
        kind="mlflow",
        name="an import",
        object_key=f"imports/{uuid4()}",
        size_bytes=100,
        status="completed",
        created_at=now(),
        finished_at=now(),
    )
    with database.write() as uow:
        uow.session.add(row)
    return row.id


def make_federation(
    database: Database, owner_id: int, visibility: str = "private"
) -> tuple[int, int]:
    """Write a stopped federation with one invited site; return the ids of both."""
    federation = Federation(
        name="a federation",
        owner_id=owner_id,
        visibility=visibility,
        host="127.0.0.1",
        port=9443,
        ca_certificate="none",
        wanted="stopped",
        created_at=now(),
    )
    with database.write() as uow:
        uow.session.add(federation)
        uow.session.flush()
        site = FederationSite(
            federation_id=federation.id,
            name=f"site {uuid4()}",
            token_hash=uuid4().hex,
            token_expires_at=now() + timedelta(hours=1),
            created_at=now(),
        )
        uow.session.add(site)
    return federation.id, site.id


def make_study(
    database: Database, owner_id: int, visibility: str, dataset_id: int, **values: Any
) -> int:
    """Write a study without runs and return its id."""
    defaults = {"name": "a study", "metric": "auroc", "config": {}, "created_at": now()}
    study = Study(
        owner_id=owner_id, visibility=visibility, dataset_id=dataset_id, **(defaults | values)
    )
    with database.write() as uow:
        uow.session.add(study)
    return study.id


def join_study(database: Database, study_id: int, run_id: int, **part: Any) -> None:
    """Make a run part of a study."""
    defaults = {"arm": "federated", "seed": 1, "client": ""}
    with database.write() as uow:
        uow.session.add(StudyRun(study_id=study_id, run_id=run_id, **(defaults | part)))
