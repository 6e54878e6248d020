"""Keeping an uploaded safetensors file."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.weights import Weights
from app.storage import ObjectStore
from app.storage.files import put_file, sha256_of
from services.datasets.names import name_of_upload
from services.uploads.claim import claim_upload
from services.weights.header import read_summary

PREFIX = "weights/"


@dataclass(frozen=True, kw_only=True)
class WeightsUpload:
    """A file that has arrived, and what its owner says about it.

    ``upload_id`` names the upload that it came by, which is used up with the commit.
    """

    path: Path
    filename: str | None
    name: str | None = None
    visibility: str = "private"
    upload_id: str | None = None


def create_weights(
    database: Database, store: ObjectStore, actor: Actor, upload: WeightsUpload
) -> Weights:
    """Check an upload, keep it, and return the new weights; raises WeightsRefused."""
    require_member(actor)
    name = name_of_upload(upload.name, upload.filename, "Weights")
    summary = read_summary(upload.path)
    weights = Weights(
        name=name,
        owner_id=actor.user_id,
        visibility=upload.visibility,
        object_key=put_file(store, f"{PREFIX}{uuid.uuid4()}.safetensors", upload.path),
        sha256=sha256_of(upload.path),
        size_bytes=upload.path.stat().st_size,
        num_tensors=summary.num_tensors,
        num_parameters=summary.num_parameters,
        created_at=now(),
    )
    with database.write() as unit:
        unit.session.add(weights)
        unit.session.flush()
        detail = {"name": name, "sha256": weights.sha256}
        record(unit, actor, "weights_created", f"weights:{weights.id}", detail)
        if upload.upload_id is not None:
            claim_upload(unit, actor, upload.upload_id, f"weights:{weights.id}")
    return weights
