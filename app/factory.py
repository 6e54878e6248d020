"""Building the web application from its parts; it imports no domain."""

from collections.abc import Sequence

from quart import Blueprint, Quart

from app.domains import Domain
from app.http.asgi import install_bounded_bodies
from app.http.compress import install_compression
from app.http.errors import install_error_handlers
from app.http.headers import install_headers
from app.http.memory import BodyMemory
from app.http.pages import Pages, install_pages
from app.http.routing import MatchingRule
from app.http.threads import open_executor
from app.metrics.domains import DomainsCollector
from app.metrics.instruments import install_instruments
from app.metrics.platform import PlatformCollector
from app.resources import Resources
from app.settings import Settings


def create_app(
    resources: Resources, blueprints: Sequence[Blueprint], domains: Sequence[Domain] = ()
) -> Quart:
    """Return the application that serves ``blueprints`` and the pages of ``domains``."""
    settings = resources.settings
    app = Quart("roundhouse", static_folder=None)
    app.url_rule_class = MatchingRule
    serve_with(app, resources)
    app.url_map.strict_slashes = False
    open_executor(settings.database_pool_size)
    install_bounded_bodies(app, _body_memory(settings))
    watched = frozenset(route for domain in domains for route in domain.watched_routes)
    instruments = install_instruments(app, resources.database.engine, watched)
    for collector in (PlatformCollector(resources), DomainsCollector(resources.database, domains)):
        instruments.registry.register(collector)
    install_compression(app)
    install_headers(app, https=settings.public_url.startswith("https://"))
    install_error_handlers(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    install_pages(app, Pages(domains))
    return app


def _body_memory(settings: Settings) -> BodyMemory:
    """Return the budget of bodies; one person has half of it, and room for the largest batch."""
    most = max(settings.body_memory_bytes, settings.max_batch_bytes)
    return BodyMemory(most, max(most // 2, settings.max_batch_bytes))


def serve_with(app: Quart, resources: Resources) -> None:
    """Let the views of ``app`` use ``resources``, and keep to the limits of their settings."""
    app.extensions["resources"] = resources
    app.config["MAX_CONTENT_LENGTH"] = resources.settings.max_upload_bytes
    app.config["BODY_TIMEOUT"] = resources.settings.body_timeout_seconds
