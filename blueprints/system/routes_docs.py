"""The description of the API: for machines as OpenAPI, for people as a page."""

from pathlib import Path
from typing import Any, cast

from quart import Response, current_app, render_template_string, send_from_directory

from app import strict_json
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import raw
from app.http.openapi import openapi
from app.system import version
from blueprints.system.reference import reference

HERE = Path(__file__).parent
STYLE = "reference.css"

docs = ApiBlueprint("docs", __name__, url_prefix="/api")


@docs.get("/openapi.json")
@raw("application/json")
async def get_openapi() -> Response:
    """Read the OpenAPI 3.1 description of this API."""
    return Response(strict_json.dump_bytes(_spec()), content_type="application/json")


@docs.get("/docs")
@raw("text/html")
async def get_docs() -> Response:
    """Read this reference."""
    template = (HERE / "reference.html").read_text()
    page = await render_template_string(template, **reference(_spec()))
    return Response(page, content_type="text/html; charset=utf-8")


@docs.get("/docs/<name>")
@raw("text/css")
async def get_style(name: str) -> Response:
    """Read the style sheet of the reference."""
    response = await send_from_directory(HERE, name if name == STYLE else "nothing")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _spec() -> dict[str, Any]:
    """Return the description, made once per app: routes do not change while it runs."""
    known: dict[str, Any] = current_app.extensions
    if "openapi" not in known:
        known["openapi"] = openapi(current_app, version())
    return cast("dict[str, Any]", known["openapi"])
