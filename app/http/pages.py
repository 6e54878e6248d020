"""The built front end: hashed assets for ever, and one page for every address of the app."""

from pathlib import Path

from quart import Quart, Response, send_from_directory
from werkzeug.exceptions import NotFound

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
NOT_BUILT = (
    "<!doctype html><html lang=en><title>Roundhouse</title><h1>The pages are not built yet</h1>"
    "<p>Run <code>make setup</code>, then reload. The API answers already: "
    "<a href=/api/docs>/api/docs</a>."
)


def install_pages(app: Quart, dist: Path = DIST) -> None:
    """Serve the front end for every address that the API does not have."""

    async def assets(name: str) -> Response:
        response = await send_from_directory(dist / "assets", name)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def page(path: str = "") -> Response:
        if path.startswith(("api/", "health/", "socket.io/", "assets/")):
            raise NotFound
        if path and "/" not in path and (dist / path).is_file():
            return await send_from_directory(dist, path)
        return await _index(dist)

    app.add_url_rule("/assets/<path:name>", "assets", assets)
    app.add_url_rule("/", "page", page)
    app.add_url_rule("/<path:path>", "page", page)


async def _index(dist: Path) -> Response:
    index = dist / "index.html"
    content = index.read_bytes() if index.is_file() else NOT_BUILT.encode()
    response = Response(content, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
