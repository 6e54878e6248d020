"""The description of the API: for machines as OpenAPI, for people as a page."""

from typing import Any, cast

from quart import Response, current_app

from app import strict_json
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import raw
from app.http.late_routes import bring_all
from app.http.openapi import openapi
from app.http.pages import built_page
from app.system import version

docs = ApiBlueprint("docs", __name__, url_prefix="/api")


@docs.get("/openapi.json")
@raw("application/json")
async def get_openapi() -> Response:
    """Read the OpenAPI 3.1 description of this API."""
    await bring_all(current_app)
    return Response(strict_json.dump_bytes(_spec()), content_type="application/json")


@docs.get("/docs")
@raw("text/html")
async def get_docs() -> Response:
    """Read this reference."""
    return built_page("reference.html")


def _spec() -> dict[str, Any]:
    """Return the description, made once per app: routes do not change while it runs."""
    known: dict[str, Any] = current_app.extensions
    if "openapi" not in known:
        known["openapi"] = openapi(current_app, version())
    return cast("dict[str, Any]", known["openapi"])
