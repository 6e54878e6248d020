"""The built front end: hashed assets for ever, and one page for every address of the app.

An address that the browser's router does not know gets the same page, which says so, with 404.
``/health`` is a page for browsers and, as programs expect it there, ``{"status": "ok"}`` for them.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from quart import Quart, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

from app import strict_json
from app.domains import Domain

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
MACHINES = frozenset({"api", "health", "metrics", "socket.io", "assets"})  # these answer in JSON
PLATFORM_PAGES = ("", "signin", "health", "system")  # of no domain
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")  # of a thing that people name, as far as a page knows
NOT_BUILT = (
    "<!doctype html><html lang=en><title>Roundhouse</title><h1>The pages are not built yet</h1>"
    "<p>Run <code>make setup</code>, then reload. The API answers already: "
    "<a href=/api/openapi.json>/api/openapi.json</a>."
)


class Pages:
    """Which addresses are pages: those of the platform and those that domains declare."""

    def __init__(self, domains: Iterable[Domain]) -> None:
        declared = tuple(domains)
        self.first = {*PLATFORM_PAGES, *(one for domain in declared for one in domain.pages)}
        self.of_objects = {one for domain in declared for one in domain.object_pages}
        self.of_named = {one for domain in declared for one in domain.named_pages}

    def has(self, path: str) -> bool:
        """Return whether the browser's router has a page at ``path``, given without its first /."""
        address = path.rstrip("/")
        first, _, rest = address.partition("/")
        if not rest or address in self.first:
            return address in self.first
        named = first in self.of_named and NAME.fullmatch(rest) is not None
        return named or (first in self.of_objects and _is_number(rest))


def install_pages(app: Quart, pages: Pages, dist: Path = DIST) -> None:
    """Serve the front end for every address that the API does not have."""

    async def assets(name: str) -> Response:
        if not _is_file(dist / "assets" / name):
            raise NotFound
        response = await send_from_directory(dist / "assets", name)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def page(path: str = "") -> Response:
        if path.partition("/")[0] in MACHINES and not pages.has(path):
            raise NotFound
        if path == "health" and "text/html" not in request.headers.get("Accept", ""):
            return _answers()
        if path and "/" not in path and _is_file(dist / path):
            return await send_from_directory(dist, path)
        return built_page("index.html", 200 if pages.has(path) else 404, dist)

    app.add_url_rule("/assets/<path:name>", "assets", assets)
    app.add_url_rule("/", "page", page)
    app.add_url_rule("/<path:path>", "page", page)


def _answers() -> Response:
    """Say that this process answers; what else is well says /health/ready."""
    return Response(strict_json.dump_bytes({"status": "ok"}), content_type="application/json")


def _is_file(path: Path) -> bool:
    """Return whether ``path`` is a file; a name that is longer than names can be is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def built_page(name: str, status: int = 200, dist: Path = DIST) -> Response:
    """Return an HTML page of the built front end; one that says so where it is not built."""
    page = dist / name
    content = page.read_bytes() if page.is_file() else NOT_BUILT.encode()
    response = Response(content, status=status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
