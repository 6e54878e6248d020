"""tus 1.0 on the store of uploads, below any prefix: https://tus.io/protocols/resumable-upload.

``tus_blueprint`` makes the routes. Another domain mounts them under its own address with a check
of what comes in and a hook for what has arrived.
"""

from collections.abc import Callable
from typing import Any

from quart import Response

from app.auth.policy import MAKES, OWN, OWN_CHANGE, PUBLIC, Rule
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import View, fails, raw, returns
from app.models.upload import StoredUpload
from blueprints.uploads import headers as tus
from blueprints.uploads.schemas import UploadView
from blueprints.uploads.tus_views import TusEndpoint, TusViews
from services.uploads.errors import UploadLocked

__all__ = ["TusEndpoint", "tus_blueprint", "tus_rows"]

ERRORS = {
    403: "The upload is made of others.",
    404: "No such upload of yours.",
    409: "The bytes do not begin where the upload ends.",
    410: "The upload has expired.",
    412: "Tus-Resumable is missing or another version.",
    413: "More bytes than were announced, or than the limit.",
    415: "The body is of another type.",
    422: "The whole file is not the one that was announced.",
    423: "Another request sends bytes to the upload; for at most 5 seconds.",
    460: "The checksum differs; none of the bytes was kept.",
    507: "The disk is full; what was acknowledged is safe.",
}


def tus_rows(prefix: str) -> dict[str, Rule]:
    """Return the rows of the authorisation table for tus below ``prefix``."""
    return {
        f"OPTIONS {prefix}": PUBLIC,
        f"POST {prefix}": MAKES,
        f"GET {prefix}/{{id}}": OWN,
        f"POST {prefix}/{{id}}": OWN_CHANGE,
        f"PATCH {prefix}/{{id}}": OWN_CHANGE,
        f"DELETE {prefix}/{{id}}": OWN_CHANGE,
    }


def tus_blueprint(endpoint: TusEndpoint) -> ApiBlueprint:
    """Return the routes of tus at ``endpoint``."""
    blueprint = ApiBlueprint(endpoint.name, __name__, url_prefix=endpoint.prefix)
    views = TusViews(endpoint)
    _add_creation(blueprint, views)
    _add_reading(blueprint, views)
    _add_writing(blueprint, views)
    blueprint.after_request(_speak_tus)
    return blueprint


_ROUTE: dict[str, Any] = {"provide_automatic_options": False}  # OPTIONS says what tus is spoken


def _named(blueprint: ApiBlueprint) -> Callable[[View], View]:
    """Name a view after its blueprint, as the reference of the API needs each name once."""

    def rename(view: View) -> View:
        view.__name__ = f"{blueprint.name}_{view.__name__}"
        return view

    return rename


def _add_creation(blueprint: ApiBlueprint, views: TusViews) -> None:
    @blueprint.route("", methods=["OPTIONS"], **_ROUTE)
    @_named(blueprint)
    async def options() -> Response:
        """Return which version of tus is spoken, and which extensions."""
        return views.describe()

    @blueprint.post("", **_ROUTE)
    @raw("text/plain")
    @fails(ERRORS)
    @_named(blueprint)
    async def begin_upload() -> Response:
        """Begin an upload by tus 1.0, perhaps with its first bytes in the body.

        The headers are those of the protocol: Upload-Length or Upload-Defer-Length: 1,
        Upload-Metadata with a filename (and purpose, sha256), Upload-Concat, Upload-Checksum.
        """
        return await views.create()


def _add_reading(blueprint: ApiBlueprint, views: TusViews) -> None:
    @blueprint.get("/<upload_id>", **_ROUTE)
    @returns(UploadView())
    @fails(ERRORS)
    @_named(blueprint)
    async def show_upload(upload_id: str) -> Response | StoredUpload:
        """Return what is known of one upload; HEAD answers by tus how many bytes are here."""
        return await views.show(upload_id)


def _add_writing(blueprint: ApiBlueprint, views: TusViews) -> None:
    @blueprint.post("/<upload_id>", **_ROUTE)
    @returns(None)
    @fails(ERRORS)
    @_named(blueprint)
    async def override_method(upload_id: str) -> Response:
        """Do what X-HTTP-Method-Override says, for networks that let no PATCH or DELETE pass."""
        return await views.override(upload_id)

    @blueprint.patch("/<upload_id>", **_ROUTE)
    @returns(None)
    @fails(ERRORS)
    @_named(blueprint)
    async def append_bytes(upload_id: str) -> Response:
        """Append the bytes of the body at Upload-Offset."""
        return await views.append(upload_id)

    @blueprint.delete("/<upload_id>", **_ROUTE)
    @returns(None)
    @fails(ERRORS)
    @_named(blueprint)
    async def remove_upload(upload_id: str) -> Response:
        """Give an upload up; what was made of it stays."""
        return await views.delete(upload_id)


async def _speak_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = tus.VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = tus.VERSION
    if response.status_code == UploadLocked.status:
        response.headers["Retry-After"] = "1"
    return response
