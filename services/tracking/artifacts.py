"""The files that a run keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.auth.access import can_edit, require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import NotFound
from app.ids import parse_id
from app.models.run import Artifact, Run

TEST_PREDICTIONS = "test_predictions"
PRIVATE_KINDS = (TEST_PREDICTIONS,)  # they hold the target of single rows


@dataclass(frozen=True, kw_only=True)
class ArtifactList:
    """All files of a run."""

    items: Sequence[Artifact]


def list_artifacts(database: Database, actor: Actor, run_id: str) -> ArtifactList:
    """Return the run's files by name, private ones only to who may change the run."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        query = select(Artifact).where(Artifact.run_id == run.id).order_by(Artifact.name)
        if not can_edit(actor, run):
            query = query.where(Artifact.kind.not_in(PRIVATE_KINDS))
        return ArtifactList(items=session.scalars(query).all())


def find_artifact(database: Database, actor: Actor, run_id: str, artifact_id: str) -> Artifact:
    """Return one file of the run.

    Raises NotFound when the run has no such file or is not the actor's to see.
    """
    number = parse_id(artifact_id, "artifact_id")
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        artifact = session.scalar(
            select(Artifact).where(Artifact.id == number, Artifact.run_id == run.id)
        )
        hidden = (
            artifact is not None and artifact.kind in PRIVATE_KINDS and not can_edit(actor, run)
        )
    if artifact is None or hidden:
        raise NotFound(f"Run {run.id} has no artifact {number}.")
    return artifact
