"""Finished uploads in place of the files of forms: datasets, weights and imports."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from quart.datastructures import FileStorage

from harness.archives import table_csv
from tests.factories.callers import Caller
from tests.factories.tensors import weights_file
from tests.factories.uploads import begin, patch, send
from tests.support.databases import ON_ONE_DATABASE

FORMS: dict[str, tuple[str, dict[str, str], bytes, str]] = {
    "datasets": ("/api/datasets", {"kind": "table"}, table_csv(), "dataset:1"),
    "weights": ("/api/weights", {}, weights_file(), "weights:1"),
    "imports": ("/api/runs/import/flower", {}, b"{}", "import:1"),
}


async def make(caller: Caller, what: str, upload: str, **more: Any) -> Any:
    path, form, _, _ = FORMS[what]
    return await caller.call("POST", path, form=form | {"upload_id": upload}, **more)


@pytest.mark.parametrize("what", FORMS)
async def test_an_upload_becomes_a_thing_once(member, what):
    _, _, data, claimed_by = FORMS[what]
    upload = await send(member, data)
    made = await make(member, what, upload)
    assert made.status_code in (201, 202), made.body
    assert made.body["name"] == "load"  # as its file
    shown = await member.get(f"/api/uploads/{upload}")
    kind = shown["claimed_by"].partition(":")[0]
    assert (shown["state"], kind) == ("claimed", claimed_by.partition(":")[0])
    again = await make(member, what, upload)
    assert (again.status_code, again.body["code"]) == (409, "upload_claimed")
    assert list((member.resources.settings.home / "tmp").iterdir()) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize("what", FORMS)
async def test_what_is_unfinished_or_somebody_elses_is_refused(member, colleague, what):
    path = await begin(member, 100)
    await patch(member, path, 0, b"x")
    unfinished = await make(member, what, path.rpartition("/")[2])
    assert (unfinished.status_code, unfinished.body["code"]) == (409, "upload_unfinished")
    theirs = await send(colleague, FORMS[what][2])
    for unknown in (theirs, "0" * 32, "../../etc/passwd", "x" * 5000):
        assert (await make(member, what, unknown)).status_code == 404
    assert (await colleague.get(f"/api/uploads/{theirs}"))["state"] == "finished"


@ON_ONE_DATABASE
async def test_a_file_and_an_upload_at_once_are_refused(member):
    upload = await send(member, table_csv())
    file = {"file": FileStorage(BytesIO(table_csv()), filename="a.csv")}
    answer = await make(member, "datasets", upload, files=file)
    assert (answer.status_code, list(answer.body["errors"])) == (422, ["upload_id"])


async def test_a_file_that_is_refused_stays_to_be_read_otherwise(member):
    upload = await send(member, table_csv())
    wrong = {"kind": "table", "target_column": "no such column", "upload_id": upload}
    assert (await member.call("POST", "/api/datasets", form=wrong)).status_code == 422
    assert (await member.get(f"/api/uploads/{upload}"))["state"] == "finished"
    preview = {"kind": "table", "upload_id": upload}
    seen = await member.call("POST", "/api/datasets/preview", form=preview)
    assert seen.status_code == 200, seen.body
    assert (await make(member, "datasets", upload)).status_code == 201


async def test_the_bytes_of_used_weights_are_used_again_without_sending_them(member):
    data = weights_file()
    assert (await make(member, "weights", await send(member, data))).status_code == 201
    body = {"sha256": hashlib.sha256(data).hexdigest(), "filename": "again.safetensors"}
    known = await member.post("/api/uploads/known", body, 201)
    made = await make(member, "weights", known["id"])
    assert (made.status_code, made.body["name"]) == (201, "again")
    assert made.body["sha256"] == body["sha256"]
