"""The table of permissions and the routes that really exist are the same list."""

from marshmallow import RAISE

from app.auth.policy import Who, _shape
from app.http.endpoint import endpoint_of
from blueprints import ACCESS, SOCKET_ACCESS
from tests.factories.browser import Browser, signed_in
from wsgi import create_web

# Everything that answers without signing in. A longer list needs a reason in policy.py.
OPEN = {
    "GET /",
    "GET /{path}",
    "GET /assets/{name}",
    "GET /health/live",
    "GET /health/ready",
    "GET /api/openapi.json",
    "GET /api/docs",
    "POST /api/auth/login",
    "POST /api/auth/one-time",
    "POST /api/federations/join",
    "OPTIONS /api/uploads",
    "GET /api/training/health",
    "OPTIONS /api/training/tus",
    "GET /api/scheduler/status",
    "GET /api/scheduler/health",
}


def routes(app):
    for rule in app.url_map.iter_rules():
        automatic = {"HEAD", "OPTIONS"} if rule.methods != {"OPTIONS"} else set()
        for method in rule.methods - automatic:
            yield method, rule.rule, app.view_functions[rule.endpoint]


def test_every_route_has_a_row(app):
    missing = {
        f"{method} {path}" for method, path, _ in routes(app) if not ACCESS.rule_for(method, path)
    }
    assert missing == set()


def test_every_row_has_a_route(app):
    there = {_shape(method, path) for method, path, _ in routes(app)}
    assert {row for row in ACCESS.routes if _shape(*row.split(" ", 1)) not in there} == set()


def test_every_socket_event_has_a_row_and_every_row_an_event(app):
    assert set(app.extensions["live"].sio.handlers["/"]) == set(SOCKET_ACCESS)


def test_nothing_is_open_but_the_reviewed_list():
    assert {row for row, rule in ACCESS.routes.items() if rule.who is Who.PUBLIC} == OPEN


def test_no_reading_route_writes_and_no_writing_route_asks_for_the_scope_read():
    for row, rule in ACCESS.routes.items():
        is_safe = row.startswith("GET ")
        assert is_safe or rule.who is Who.PUBLIC or rule.scope != "read", row
        assert not is_safe or rule.scope in ("read", "admin"), row


def test_every_json_body_refuses_fields_that_nobody_knows(app):
    bodies = {path: endpoint_of(view.__wrapped__).body for _, path, view in routes(app)
              if hasattr(view, "__wrapped__")}  # fmt: skip
    lenient = {path for path, schema in bodies.items() if schema and schema.unknown != RAISE}
    assert lenient == set()


async def test_a_route_that_somebody_forgot_to_list_is_refused_even_for_admins(resources, database):
    app = create_web(resources)  # the other tests share theirs

    async def forgotten() -> str:
        return "secret"

    app.add_url_rule("/api/forgotten", view_func=forgotten, methods=["GET", "DELETE"])
    admin = await signed_in(app, database, "admin")
    for method in ("GET", "HEAD", "DELETE", "OPTIONS"):
        assert (await admin.send(method, "/api/forgotten"))[0] == 403
    assert (await Browser(app).get("/api/forgotten"))[0] == 403


async def test_an_address_that_does_not_exist_is_404_and_a_wrong_method_405(app):
    assert (await Browser(app).get("/api/nothing/here"))[0] == 404
    assert (await Browser(app).send("DELETE", "/api/auth/me"))[0] == 405
