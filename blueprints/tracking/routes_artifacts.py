"""The files that a run keeps."""

from quart import Response

from app.http.endpoint import fails, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.streams import attachment
from app.http.threads import run_in_thread
from blueprints.tracking.routes import tracking
from blueprints.tracking.schemas import ArtifactListView
from services.tracking.artifacts import ArtifactList, find_artifact, list_artifacts


@tracking.get("/<run_id>/artifacts")
@returns(ArtifactListView())
def artifacts(run_id: str) -> ArtifactList:
    """List the files that a run keeps."""
    return list_artifacts(resources().database, current_actor(), run_id)


@tracking.get("/<run_id>/artifacts/<artifact_id>/download")
@raw("application/octet-stream")
@fails({404: "The run has no such file."})
async def download(run_id: str, artifact_id: str) -> Response:
    """Download one file; its SHA-256 is the ETag."""
    parts = resources()
    artifact = await run_in_thread(
        find_artifact, parts.database, current_actor(), run_id, artifact_id
    )
    stream = await run_in_thread(parts.store.open, artifact.object_key)
    name = f"run_{artifact.run_id}_{artifact.name}"
    response = attachment(stream, artifact.size_bytes, name, "application/octet-stream")
    response.set_etag(artifact.sha256)
    return response
