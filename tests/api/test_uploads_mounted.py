"""tus below another prefix, with a check of what comes in and a hook for what has arrived."""

import dataclasses

import pytest

from app.auth.policy import PAGES, AccessTable
from app.errors import NotFound
from blueprints import ACCESS
from blueprints.uploads.tus import TusEndpoint, tus_blueprint, tus_rows
from services.uploads.claim import claim_upload
from services.uploads.types import NewUpload
from tests.factories.callers import Caller
from tests.factories.uploads import TUS, begin, metadata, offset_of, patch
from tests.support.databases import ON_ONE_DATABASE
from wsgi import create_web

PREFIX = "/api/elsewhere/tus"


class Keeper:
    """A domain that makes something of what arrives, and may fail at first."""

    def __init__(self) -> None:
        self.fails = False
        self.kept: list[tuple[str, bytes]] = []

    def check(self, actor, new) -> NewUpload:
        if new.details.get("sessionId") != "7":
            raise NotFound("There is no such session.")
        return new

    def keep(self, store, actor, upload) -> None:
        if self.fails:
            raise NotFound("The session has been deleted.")
        with store.database.write() as unit:
            claim_upload(unit, actor, upload.id, "file:1")
        self.kept.append((upload.filename, store.files.path(upload.file).read_bytes()))


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def caller(resources, keeper) -> Caller:
    app = create_web(resources)
    endpoint = TusEndpoint(
        name="elsewhere", prefix=PREFIX, check=keeper.check, on_finish=keeper.keep
    )
    app.register_blueprint(tus_blueprint(endpoint))
    rows = {row: rule for row, rule in ACCESS.routes.items() if row not in PAGES}
    gate = app.extensions["gate"]
    table = AccessTable(rows, tus_rows(PREFIX))
    app.extensions["gate"] = dataclasses.replace(gate, access=table)
    return Caller(app, resources, "member")


@ON_ONE_DATABASE
async def test_what_arrives_is_handed_over_once(caller, keeper):
    path = await begin(caller, 10, PREFIX, sessionId="7")
    assert path.startswith(PREFIX)
    assert (await patch(caller, path, 0, b"12345")).status_code == 204
    assert keeper.kept == []
    assert (await patch(caller, path, 5, b"67890")).status_code == 204
    assert await offset_of(caller, path) == 10
    assert keeper.kept == [("load.csv", b"1234567890")]
    assert (await caller.call("DELETE", path, headers=TUS)).status_code == 204


@ON_ONE_DATABASE
async def test_what_was_not_handed_over_is_handed_over_when_somebody_looks(caller, keeper):
    path = await begin(caller, 5, PREFIX, sessionId="7")
    keeper.fails = True
    assert (await patch(caller, path, 0, b"12345")).status_code == 404
    keeper.fails = False
    assert await offset_of(caller, path) == 5
    assert keeper.kept == [("load.csv", b"12345")]


@ON_ONE_DATABASE
async def test_an_upload_may_be_refused_before_a_byte_comes(caller):
    headers = TUS | {"Upload-Length": "5", "Upload-Metadata": metadata(sessionId="8")}
    answer = await caller.call("POST", PREFIX, headers=headers)
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (404, "1.0.0")
    assert (await caller.get("/api/uploads"))["total"] == 0
