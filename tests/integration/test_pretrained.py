"""Weights that one run kept are what another one starts from."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load
from sqlalchemy import select

from app.auth.actor import Actor
from app.models import Artifact, Job, Run, Weights
from app.resources import Resources
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.runs.create import StartRequest, start_run
from services.weights.create import WeightsUpload, create_weights
from services.weights.errors import WeightsDamaged
from tests.factories.people import make_actor
from tests.support.databases import ON_ONE_DATABASE
from workers.attempt import Attempt
from workers.queues import HANDLERS

# what is proved here does not depend on the database
pytestmark = ON_ONE_DATABASE
SMALL = {"hidden_sizes": [8], "epochs": 1, "torch_threads": 1, "batch_size": 64}
FROZEN = {"freeze_backbone": True, "fine_tune_layers_count": 0, "seed": 9}


@pytest.fixture
def actor(resources: Resources) -> Actor:
    ensure_builtin_datasets(resources.database)
    return make_actor(resources.database)


def start(resources: Resources, actor: Actor, pretrained: int | None = None, **config) -> int:
    request = StartRequest(
        mode="centralized",
        dataset="breast_cancer",
        experiment_name="test",
        pretrained=pretrained,
        config=SMALL | config,
    )
    return start_run(resources.database, actor, request).run_id


def work(resources: Resources, run_id: int) -> None:
    """Do the run's job as a worker does it."""
    with resources.database.read() as session:
        job = session.scalars(select(Job).where(Job.subject == f"run:{run_id}")).one()
    claim = resources.jobs.claim(job.id, "worker")
    assert claim is not None
    resources.jobs.start(claim)
    HANDLERS["train_run"](Attempt(resources.jobs, claim), resources)


def kept_by(resources: Resources, run_id: int) -> bytes:
    query = select(Artifact.object_key).where(
        Artifact.run_id == run_id, Artifact.name == "last.safetensors"
    )
    with resources.database.read() as session:
        return resources.store.get(session.scalars(query).one())


def uploaded(resources: Resources, actor: Actor, folder: Path, content: bytes) -> Weights:
    path = folder / "model.safetensors"
    path.write_bytes(content)
    upload = WeightsUpload(path=path, filename=path.name)
    return create_weights(resources.database, resources.store, actor, upload)


def test_a_frozen_run_changes_nothing_but_the_head_of_the_weights_it_was_given(
    resources: Resources, actor: Actor, tmp_path: Path
) -> None:
    first = start(resources, actor)
    work(resources, first)
    content = kept_by(resources, first)
    weights = uploaded(resources, actor, tmp_path, content)
    second = start(resources, actor, weights.id, **FROZEN)
    work(resources, second)
    before, after = load(content), load(kept_by(resources, second))
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert moved == {"3.weight", "3.bias"}
    with resources.database.read() as session:
        manifest = session.get_one(Run, second).manifest
    assert manifest is not None
    assert manifest["pretrained_sha256"] == hashlib.sha256(content).hexdigest()


def test_weights_that_changed_in_the_store_are_not_trained_from(
    resources: Resources, actor: Actor, tmp_path: Path
) -> None:
    first = start(resources, actor)
    work(resources, first)
    weights = uploaded(resources, actor, tmp_path, kept_by(resources, first))
    second = start(resources, actor, weights.id)
    resources.store.put(weights.object_key, b"something else")
    with pytest.raises(WeightsDamaged, match="not what was uploaded"):
        work(resources, second)
