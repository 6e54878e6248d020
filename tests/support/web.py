"""The web application, its routes built once: that takes a tenth of a second each time."""

from quart import Quart

from app.factory import serve_with
from app.http.gate import open_gate
from app.resources import Resources
from blueprints import ACCESS
from services.domains import TOPICS
from wsgi import create_web

_built: dict[bool, Quart] = {}


def web_for(resources: Resources) -> Quart:
    """Return the application with every route behind the gate; its live server is not started."""
    https = resources.settings.public_url.startswith("https://")
    if https not in _built:
        _built[https] = create_web(resources)
    web = _built[https]
    serve_with(web, resources)
    web.extensions["gate"] = open_gate(resources.settings, resources.database, ACCESS, TOPICS)
    return web
