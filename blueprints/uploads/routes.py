"""Looking at one's uploads, and finding bytes that are here already."""

from typing import Any

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.schemas import PageQuery
from app.models.upload import StoredUpload
from blueprints.uploads.schemas import KnownBody, KnownQuery, KnownView, UploadList, UploadView
from blueprints.uploads.store import upload_store
from services.uploads.create import create_from_known, find_known
from services.uploads.errors import UploadNotFound
from services.uploads.read import list_uploads
from services.uploads.types import NewUpload

uploads = ApiBlueprint("uploads", __name__, url_prefix="/api/uploads")


@uploads.get("", provide_automatic_options=False)  # tus answers OPTIONS
@query(PageQuery())
@returns(UploadList())
def list_of_uploads(query: dict[str, int]) -> Page[StoredUpload]:
    """Return your uploads that are still here, the newest first."""
    return list_uploads(upload_store(), current_actor(), **query)


@uploads.get("/known")
@query(KnownQuery())
@returns(KnownView())
def known_upload(query: dict[str, str]) -> dict[str, StoredUpload | None]:
    """Return your finished upload with these bytes, so that they need not be sent again."""
    known = find_known(upload_store(), current_actor(), query["sha256"].lower())
    return {"upload": known}


@uploads.post("/known")
@creates
@body(KnownBody())
@returns(UploadView(), 201)
@fails({404: "The bytes are not here: send them."})
def use_known_upload(body: dict[str, Any]) -> StoredUpload:
    """Return a finished upload with bytes that are here already, ready to be used."""
    digest = body.pop("sha256").lower()
    row = create_from_known(upload_store(), current_actor(), digest, NewUpload(**body))
    if row is None:
        raise UploadNotFound(digest)
    return row
