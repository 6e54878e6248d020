"""Who gets which answer from every route: generated from the table of permissions.

For every row there is one request that is right in every other way; the table, the role and
whose thing it is about decide the answer. A row without a request fails the test.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import select

from app.auth.policy import Rule, Who
from app.db.engine import Database
from app.models.audit import AuditEntry
from app.models.run import Artifact
from app.models.user import User
from app.resources import Resources
from blueprints import ACCESS
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.datasets.builtin_rows import ensure_builtin_datasets
from tests.factories.browser import PAGE, Browser
from tests.factories.people import make_run, make_token, make_user
from tests.factories.resources import (
    make_dataset,
    make_federation,
    make_import,
    make_study,
    make_weights,
)
from tests.support.asks import Ask, Make, asks_of_domains, filled
from tests.support.databases import ON_ONE_DATABASE
from tests.support.web import web_for

EVERYBODY = ("anonymous", "viewer", "other", "owner", "admin", "reading token", "plain admin token")
ROLES = {"viewer": "viewer", "other": "member", "owner": "member", "admin": "admin",
         "reading token": "member", "plain admin token": "member"}  # fmt: skip


TRAIN = {"dataset": "breast_cancer", "experiment_name": "matrix", "config": {}}
STUDY = {"name": "matrix", "dataset": "breast_cancer", "seeds": 2, "config": {"num_clients": 2}}
POINTS = {"batch_id": "1", "series": [{"name": "loss", "steps": [1], "values": [0.5]}]}
ASKS: dict[str, Ask] = {
    "GET /{path}": Ask(),
    "GET /health/ready": Ask(503),  # no worker runs in this test
    "GET /assets/{name}": Ask(404),
    "POST /api/auth/login": Ask(422, json={}),
    "POST /api/auth/one-time": Ask(422, json={}),
    "POST /api/auth/logout": Ask(204, json={}),
    "DELETE /api/auth/sessions/{id}": Ask(404),  # session 999999 is nobody's
    "POST /api/auth/sessions/revoke-others": Ask(200, json={}),
    "POST /api/auth/password": Ask(204, json={"new_password": "four unrelated words"}),
    "POST /api/auth/tokens": Ask(201, json={"name": "matrix"}),
    "DELETE /api/auth/tokens/{id}": Ask(404),
    "POST /api/users": Ask(422, json={}),
    "DELETE /api/users/tokens/{id}": Ask(404),
    "PATCH /api/users/{id}": Ask(404, json={"name": "x"}),
    "POST /api/users/{id}/signin-link": Ask(404, json={}),
    "POST /api/datasets": Ask(400),  # there is no file in it
    "POST /api/datasets/preview": Ask(400),  # nor in this
    "PATCH /api/datasets/{id}": Ask(200, json={"name": "new name"}),
    "PUT /api/datasets/{id}/columns": Ask(409, json={}),  # no file of it is kept
    "DELETE /api/datasets/{id}": Ask(204),
    "POST /api/weights": Ask(400),  # there is no file in it
    "DELETE /api/weights/{id}": Ask(204),
    "POST /api/experiments/centralized/train": Ask(200, json=TRAIN),
    "POST /api/experiments/federated/train": Ask(200, json=TRAIN | {"num_server_rounds": 1}),
    "POST /api/experiments/federated/skew": Ask(200, json={"dataset": "breast_cancer"}),
    "GET /api/runs/{id}/skew": Ask(409),  # the run is centralised
    "GET /api/experiments/estimate": Ask(query="?mode=centralized&network=mlp&steps=3"),
    "POST /api/config/update": Ask(200, json={}),
    "PATCH /api/preferences": Ask(200, json={"group_studies": False}),
    "PATCH /api/runs/{id}": Ask(200, json={"name": "new name"}),
    "POST /api/runs/backfill/{id}/server-evaluations": Ask(404, json={}),  # there is no file
    "POST /api/runs/import/{kind}": Ask(404),  # a format that nobody knows
    "POST /api/runs/imports/{id}/stop": Ask(409, json={}),  # it is over
    "POST /api/runs/bulk": Ask(200, json={"action": "archive", "ids": [1]}),
    "DELETE /api/runs/{id}": Ask(204),
    "POST /api/runs/{id}/archive": Ask(200, json={}),
    "POST /api/runs/{id}/unarchive": Ask(200, json={}),
    "POST /api/runs/{id}/stop": Ask(409, json={}),  # the run is over
    "POST /api/runs/{id}/resume": Ask(409, json={}),
    "POST /api/runs/{id}/acknowledge": Ask(200, json={}),
    "POST /api/runs": Ask(201, json={"name": "matrix"}),
    "POST /api/runs/{id}/heartbeat": Ask(409, json={}),  # a worker trained the run
    "POST /api/runs/{id}/logs": Ask(409, json={"lines": []}),
    "POST /api/runs/{id}/artifacts": Ask(409),
    "POST /api/runs/{id}/server-evaluations": Ask(409, json={"evaluations": [{"round": 1}]}),
    "POST /api/runs/{id}/client-rounds": Ask(409, json={"rounds": [{"client": "a", "round": 1}]}),
    "GET /api/runs/compare": Ask(422),  # it names no runs
    "GET /api/runs/compare/download/html": Ask(422),
    "POST /api/studies": Ask(201, json=STUDY),
    "DELETE /api/studies/{id}": Ask(204),
    "POST /api/federations": Ask(201, json={"name": "matrix", "host": "127.0.0.1"}),
    "PATCH /api/federations/{id}": Ask(200, json={"name": "new name"}),
    "DELETE /api/federations/{id}": Ask(204),
    "POST /api/federations/{id}/start": Ask(200, json={}),
    "POST /api/federations/{id}/stop": Ask(200, json={}),
    "POST /api/federations/{id}/sites": Ask(201, json={"name": "a new site"}),
    "PATCH /api/federations/{id}/sites/{site}": Ask(200, json={"expires_in_days": 3}),
    "POST /api/federations/{id}/sites/{site}/revoke": Ask(200, json={}),
    "POST /api/federations/join": Ask(401, json={"token": "none", "public_key": "none"}),
    "GET /api/runs/groups": Ask(query="?by=status"),
    "PUT /api/runs/{id}/metric-definitions": Ask(200, json={"definitions": {"reward": "max"}}),
    "POST /api/runs/{id}/series": Ask(409, json=POINTS),  # a worker of ours trains it
    "GET /api/events": Ask(query="?topic=run:{run}"),
    "OPTIONS /api/uploads": Ask(204),
    "POST /api/uploads": Ask(412),  # it says no version of tus
    "GET /api/uploads/{id}": Ask(404),  # no upload has the number of a run
    "POST /api/uploads/{id}": Ask(400),
    "PATCH /api/uploads/{id}": Ask(412),
    "DELETE /api/uploads/{id}": Ask(412),
    "GET /api/uploads/known": Ask(422),  # it names no hash
    "POST /api/uploads/known": Ask(422, json={}),
    "OPTIONS /api/training/tus": Ask(204),
    "POST /api/training/tus": Ask(412),
    "GET /api/training/tus/{id}": Ask(404),
    "POST /api/training/tus/{id}": Ask(400),
    "PATCH /api/training/tus/{id}": Ask(412),
    "DELETE /api/training/tus/{id}": Ask(412),
    "POST /api/training/upload-chunk": Ask(400),
    "POST /api/training/instant-upload": Ask(400),
}
# what the routes of a domain are about, where a request does not say
MADE: dict[str, Make] = {}
RESOURCES = {"/runs/imports/": make_import, "/datasets/": make_dataset, "/weights/": make_weights}
for _domain in asks_of_domains():
    ASKS |= _domain.asks
    MADE |= _domain.made


class Stage:
    """One person before one kind of thing."""

    def __init__(self, web: Quart, resources: Resources, who: str, visibility: str) -> None:
        self.database = resources.database
        self.resources = resources
        self.who, self.visibility = who, visibility
        self.owner = make_user(self.database)
        self.browser = Browser(web)
        self.headers: dict[str, str] = dict(PAGE)
        self.answer: Any = None

    async def enter(self) -> None:
        """Sign in as the person of this stage."""
        if self.who.endswith("token"):
            self.headers = {"Authorization": f"Bearer {self._token()}"}
        elif self.who != "anonymous":
            assert await self.browser.use_link(self.database, self._person()) == 200

    def _token(self) -> str:
        if self.who == "reading token":
            return make_token(self.database, self.owner, scopes=["read"])
        return make_token(self.database, make_user(self.database, "admin"))

    def _person(self) -> User:
        return self.owner if self.who == "owner" else make_user(self.database, ROLES[self.who])

    async def ask(self, row: str) -> tuple[int, str]:
        """Send the request of ``row`` about a new resource of the owner.

        Return the status and the code of an error.
        """
        method, path = row.split(" ", 1)
        request = ASKS.get(row, Ask())
        known = {
            "path": "runs",
            "name": "none.js",
            "form": "summary",
            "kind": "none",
            "category": "all",
            "attribute": "gender",
        }
        template = path + request.query
        names = known | self._about(request, template)
        status, body = await self.browser.send(
            method,
            template.format(**names),
            headers=self.headers,
            json=filled(request.json, names),
            **request.options,
        )
        self.answer = body
        return status, str(body.get("code", "")) if isinstance(body, dict) else ""

    def _about(self, request: Ask, template: str) -> dict[str, Any]:
        """Write what a request is about; return what it asks for."""
        make = request.about or next(
            (make for prefix, make in MADE.items() if template.startswith(prefix)), None
        )
        if make is None:
            return self._subject(template)
        return make(self.resources, self.owner.id, self.visibility)

    def _subject(self, template: str) -> dict[str, int]:
        """Write what an address is about; return the numbers that it asks for."""
        about = self.database, self.owner.id, self.visibility
        if "{" not in template or template.startswith(("/api/auth/", "/api/users/")):
            return {"id": 999_999}
        if "/federations/" in template:
            return dict(zip(("id", "site"), make_federation(*about), strict=True))
        if "/studies/" in template:
            return {"id": make_study(*about, make_dataset(*about))}
        for name, make in RESOURCES.items():
            if name in template:
                return {"id": make(*about)}
        run_id = make_run(*about)
        artifact = self._artifact(run_id) if "{artifact}" in template else 0
        return {"id": run_id, "run": run_id, "artifact": artifact}

    def _artifact(self, run_id: int) -> int:
        key = f"test/{run_id}"
        self.resources.store.put(key, b"weights")
        row = Artifact(run_id=run_id, name="model", kind="model", object_key=key, size_bytes=7,
                       sha256="0" * 64, created_at=self.owner.created_at)  # fmt: skip
        with self.database.write() as uow:
            uow.session.add(row)
        return row.id


def is_about_something(row: str) -> bool:
    """Return whether a request of the row is about a thing that a person owns and may share."""
    request = ASKS.get(row, Ask())
    path = row.partition(" ")[2]
    about_people = path.startswith(("/api/auth/", "/api/users/"))
    return request.about is not None or (
        not about_people and ("{" in path + request.query or path.startswith("/api/training/"))
    )


def refusal(row: str, who: str, visibility: str) -> int | None:
    """Return the status with which the table refuses, None where it does not."""
    rule, request = ACCESS.routes[row], ASKS.get(row, Ask())
    if rule.who is Who.PUBLIC:
        return None
    if who == "anonymous":
        return 401
    if _is_refused_by_the_gate(rule, who):
        return 403
    may = request.names or rule.who
    if may not in (Who.READS, Who.EDITS) or who in ("owner", "admin", "reading token"):
        return None
    if visibility == "private":
        return request.hidden
    return 403 if may is Who.EDITS else None


def fault(row: str, who: str, visibility: str, answer: tuple[int, str]) -> str | None:
    """Return what is wrong with an answer, None where it is what the table promises."""
    request, refused = ASKS.get(row, Ask()), refusal(row, who, visibility)
    required = request.status if refused is None else refused
    is_right = answer[0] == required
    if request.code and (answer[1] == request.code) != (refused is None):
        is_right = False
    return None if is_right else f"{answer} instead of {required}"


def _is_refused_by_the_gate(rule: Rule, who: str) -> bool:
    scopes = {"reading token": {"read"}, "plain admin token": {"read", "write"}}.get(who)
    if scopes is not None and rule.scope not in scopes:
        return True
    if rule.who is Who.ADMIN:
        return ROLES[who] != "admin"
    return rule.who is Who.MEMBER and who == "viewer"


@pytest.fixture
def web(resources: Resources) -> Quart:
    ensure_builtin_datasets(resources.database)
    ensure_builtin_benchmarks(resources.database)
    return web_for(resources)


def test_every_right_request_belongs_to_a_row():
    assert set(ASKS) <= set(ACCESS.routes)
    writing = {row for row in ACCESS.routes if not row.startswith("GET ")}
    assert writing <= set(ASKS)


# one kind of database is enough: who may is decided above it
@ON_ONE_DATABASE
@pytest.mark.parametrize("visibility", ["private", pytest.param("team", marks=pytest.mark.full)])
@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_route_answers_everybody_as_the_table_says(web, resources, who, visibility):
    stage, wrong = Stage(web, resources, who, visibility), {}
    await stage.enter()
    for row in ACCESS.routes:
        if visibility == "team" and not is_about_something(row):
            continue  # what nobody owns is not shared either: it was asked for among the private
        wrong[row] = fault(row, who, visibility, await stage.ask(row))
        if row == "POST /api/auth/logout":
            await stage.enter()
    assert {row: why for row, why in wrong.items() if why is not None} == {}


@ON_ONE_DATABASE
@pytest.mark.parametrize(("who", "visibility", "is_logged"),
                         [("admin", "private", True), ("admin", "team", False),
                          ("owner", "private", False)])  # fmt: skip
async def test_every_read_of_a_private_resource_by_an_admin_is_in_the_audit_log(
    web, resources, who, visibility, is_logged
):
    stage, wrong = Stage(web, resources, who, visibility), []
    await stage.enter()
    reads = [row for row, rule in ACCESS.routes.items()
             if rule.who is Who.READS and ASKS.get(row, Ask()).status == 200]  # fmt: skip
    assert len(reads) > 15
    for row in reads:
        before = private_views(resources.database)
        assert (await stage.ask(row))[0] == 200, row
        new = private_views(resources.database)[len(before) :]
        if [entry.detail for entry in new] != [{"owner_id": stage.owner.id}] * is_logged:
            wrong.append(row)
    assert wrong == []


def private_views(database: Database) -> Sequence[AuditEntry]:
    with database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "private_viewed")
        return session.scalars(query.order_by(AuditEntry.id)).all()


async def test_what_is_hidden_is_answered_like_what_does_not_exist(web, database: Database):
    stage = Browser(web)
    await stage.use_link(database, make_user(database))
    hidden = make_run(database, make_user(database).id)
    for row, rule in ACCESS.routes.items():
        if rule.who is Who.READS and "/api/runs/{id}" in row and "{artifact}" not in row:
            path = row.partition(" ")[2]
            answers = [
                await stage.get(path.format(id=number, form="summary"))
                for number in (hidden, hidden + 1)
            ]
            texts = [str(body["detail"]).replace(str(number), "n")
                     for (_, body), number in zip(answers, (hidden, hidden + 1), strict=True)]  # fmt: skip
            assert answers[0][0] == answers[1][0] == 404
            assert texts[0] == texts[1], row
