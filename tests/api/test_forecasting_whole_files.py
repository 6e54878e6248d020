"""Whole files of sessions: with their hash, as an upload that is here already, and by tus."""

import hashlib
import json
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from tests.factories.callers import Caller
from tests.factories.chunks import BASE, HASH, HEAT, LOAD, begun, labels, stored_files
from tests.factories.uploads import TUS, begin, metadata, offset_of, patch, send
from tests.support.databases import ON_ONE_DATABASE

pytestmark = pytest.mark.usefixtures("reads_here")
TUS_PATH = f"{BASE}/tus"
BROKEN = b"UTC;load\nyesterday;1\ntoday;2\n"


@pytest.fixture
async def session(member: Caller) -> str:
    return await begun(member)


async def instant(
    caller: Caller, session: str, status: int = 200, data: bytes = LOAD, **form: str
) -> Any:
    values = {"sessionId": session, "fileType": "input", "fileHash": HASH} | form
    file = FileStorage(BytesIO(data), filename="load.csv")
    options = {"form": values, "files": {"file": file}}
    return await caller.post(f"{BASE}/instant-upload", status=status, **options)


def described(session: str, **pairs: str) -> dict[str, str]:
    return {"sessionId": session, "fileType": "input", "bezeichnung": "load"} | pairs


async def test_a_whole_file_with_its_hash_is_taken_in(member, session):
    said = json.dumps({"bezeichnung": "roof", "skalierung": "ja", "type": "input"})
    made = await instant(member, session, fileMetadata=said, fileHash=HASH.upper())
    (one,) = await stored_files(member, session)
    assert (one["label"], one["fileName"], one["sha256"]) == ("roof", "load.csv", HASH)
    assert made["data"]["status"] == "ready"


@ON_ONE_DATABASE
async def test_another_hash_is_refused_and_nothing_is_kept(member, session):
    refused = await instant(member, session, 422, data=HEAT)
    assert (refused["success"], refused["code"]) == (False, "HASH_MISMATCH")
    assert list(refused["errors"]) == ["fileHash"]
    assert (await instant(member, session, 400, fileHash="abc"))["code"] == "BAD_REQUEST"
    assert await stored_files(member, session) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize("route", ["csv-files", "instant-upload"])
async def test_a_finished_upload_stands_for_the_file_and_is_used_once(member, session, route):
    upload = await send(member, LOAD)
    form = {"sessionId": session, "type": "input", "bezeichnung": "load", "upload_id": upload}
    made = await member.post(f"{BASE}/{route}", form=form)
    (one,) = await stored_files(member, session)
    assert (one["fileName"], one["data"]) == ("load.csv", LOAD)
    listed = await member.get(f"/api/uploads/{upload}")
    assert listed["claimed_by"] == f"session_file:{made['data']['id']}"
    again = await member.post(f"{BASE}/{route}", form=form | {"bezeichnung": "two"}, status=409)
    assert again["code"] == "upload_claimed"


@ON_ONE_DATABASE
async def test_a_refused_file_leaves_its_upload_to_be_read_in_another_way(member, session):
    upload = await send(member, BROKEN)
    form = {"sessionId": session, "type": "input", "upload_id": upload}
    await member.post(f"{BASE}/csv-files", form=form, status=400)
    assert (await member.get(f"/api/uploads/{upload}"))["state"] == "finished"


@ON_ONE_DATABASE
async def test_a_form_has_a_file_or_an_upload(member, session):
    values = {"sessionId": session, "type": "input"}
    none = await member.post(f"{BASE}/csv-files", form=values | {"a": "b"}, status=400)
    assert none["code"] == "MISSING_FILE"
    both = await instant(member, session, 400, upload_id="0" * 32)
    assert list(both["errors"]) == ["upload_id"]


async def test_an_announced_file_takes_its_bytes_with_what_was_said_of_them(member, session):
    text = LOAD.replace(b".", b",")
    data = {"fileName": "load.csv", "type": "input", "bezeichnung": "load", "skalierung": "ja"}
    data |= {"importOptions": {"decimal": ","}}
    announced = await member.post(f"{BASE}/csv-files", {"sessionId": session, "fileData": data})
    made = await instant(
        member, session, data=text, fileHash=hashlib.sha256(text).hexdigest(), bezeichnung="load"
    )
    assert made["data"]["id"] == announced["data"]["id"]
    (row,) = (await member.get(f"{BASE}/csv-files/{session}"))["data"]
    assert (row["status"], row["skalierung"], row["max"]) == ("ready", "ja", 2.5)
    assert row["importOptions"] == {"decimal": ","}


async def test_a_file_that_came_by_tus_is_the_session_s_and_outlives_its_upload(member, session):
    path = await begin(member, len(LOAD), TUS_PATH, **described(session, fileHash=HASH))
    assert (await patch(member, path, 0, LOAD[:100])).status_code == 204
    assert await stored_files(member, session) == []
    assert (await patch(member, path, 100, LOAD[100:])).status_code == 204
    assert await labels(member, session) == {"load": LOAD}
    assert await offset_of(member, path) == len(LOAD)
    assert (await patch(member, path, len(LOAD), b"more")).status_code in (409, 413)
    assert (await patch(member, path, 0, LOAD)).status_code == 409
    assert (await member.call("DELETE", path, headers=TUS)).status_code == 204
    assert await labels(member, session) == {"load": LOAD}


async def test_fields_of_a_file_may_come_in_the_metadata_of_tus(member, session):
    text = LOAD.replace(b".", b",")
    more = {"zeithorizontStart": "-24", "importOptions": json.dumps({"decimal": ","})}
    path = await begin(member, len(text), TUS_PATH, **described(session, **more))
    assert (await patch(member, path, 0, text)).status_code == 204
    (row,) = (await member.get(f"{BASE}/csv-files/{session}"))["data"]
    assert (row["zeithorizont_start"], row["max"]) == (-24.0, 2.5)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ({"sessionId": "session_0_none"}, 404), ({"sessionId": "../x"}, 400),
        ({"fileType": "sideways"}, 400), ({"bezeichnung": "a/b"}, 400),
        ({"skalierung": "vielleicht"}, 400), ({"bezeichnung": "taken"}, 400),
        ({"importOptions": "{"}, 400), ({"fileHash": "abc"}, 400),
    ],
)  # fmt: skip
async def test_tus_refuses_before_a_byte_comes(member, session, pairs, status):
    data = {"fileName": "other.csv", "type": "input", "bezeichnung": "taken"}
    await member.post(f"{BASE}/csv-files", {"sessionId": session, "fileData": data})
    sent = metadata(filename="load.csv", **described(session, **pairs))
    headers = TUS | {"Upload-Length": "5", "Upload-Metadata": sent}
    refused = await member.call("POST", TUS_PATH, headers=headers)
    assert (refused.status_code, refused.body["success"]) == (status, False)
    assert (await member.get("/api/uploads"))["total"] == 0


@ON_ONE_DATABASE
async def test_tus_drops_a_file_of_another_hash(member, session):
    for word in ("fileHash", "sha256"):
        path = await begin(member, len(HEAT), TUS_PATH, **described(session, **{word: HASH}))
        refused = await patch(member, path, 0, HEAT)
        assert (refused.status_code, refused.body["code"]) == (422, "HASH_MISMATCH")
        assert list(refused.body["errors"]) == [word]
    gone = await member.call("HEAD", path, headers=TUS)
    assert (gone.status_code, gone.headers["Tus-Resumable"]) == (404, "1.0.0")
    assert await stored_files(member, session) == []


@ON_ONE_DATABASE
async def test_a_file_that_cannot_be_read_is_refused_by_tus_each_time(member, session):
    path = await begin(member, len(BROKEN), TUS_PATH, **described(session))
    for answer in (
        await patch(member, path, 0, BROKEN),
        await member.call("HEAD", path, headers=TUS),
    ):
        assert answer.status_code == 400
    assert await stored_files(member, session) == []


@ON_ONE_DATABASE
async def test_options_of_tus_need_no_login_and_everything_else_does(stranger, session):
    shown = await stranger.call("OPTIONS", TUS_PATH)
    assert (shown.status_code, shown.headers["Tus-Version"]) == (204, "1.0.0")
    for path in (TUS_PATH, f"{BASE}/upload-chunk", f"{BASE}/instant-upload"):
        assert (await stranger.call("POST", path)).status_code == 401


@ON_ONE_DATABASE
async def test_content_of_many_pieces_comes_with_its_length_and_name(member, session):
    large = b"UTC;load\n" + b"".join(
        b"2024-01-%02d %02d:%02d:00;%d.0000000\n" % (day, hour, minute, minute)
        for day in range(1, 29) for hour in range(24) for minute in range(60)
    )  # fmt: skip
    assert len(large) > 1 << 20
    digest = hashlib.sha256(large).hexdigest()
    made = await instant(member, session, data=large, fileHash=digest, fileName='Außen "1".csv')
    answer = await member.call("GET", f"{BASE}/csv-files/{made['data']['id']}/content")
    assert hashlib.sha256(await answer.get_data(as_text=False)).hexdigest() == digest
    assert answer.headers["Content-Length"] == str(len(large))
    assert "filename*=UTF-8''Au%C3%9Fen%20%221%22.csv" in answer.headers["Content-Disposition"]


@ON_ONE_DATABASE
async def test_an_upload_of_no_session_is_nothing_to_take_in(member):
    upload = await send(member, LOAD)
    answer = await member.call("HEAD", f"{TUS_PATH}/{upload}", headers=TUS)
    assert answer.status_code == 400
    assert (await member.get(f"/api/uploads/{upload}"))["state"] == "finished"
