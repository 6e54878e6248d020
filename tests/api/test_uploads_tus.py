"""tus 1.0 as the protocol has it: every answer that a client may get."""

import asyncio
import base64
import hashlib

import pytest

from services.uploads.sweep import sweep_uploads
from tests.factories.browser import PAGE, Browser, signed_in
from tests.factories.uploads import (
    BYTES,
    TUS,
    begin,
    metadata,
    offset_of,
    patch,
    send,
    upload_files,
)
from tests.support.databases import ON_ONE_DATABASE

DATA = bytes(range(256)) * 40


def checksum(data: bytes, name: str = "sha1") -> str:
    return f"{name} {base64.b64encode(hashlib.new(name, data).digest()).decode()}"


async def create(caller, **headers):
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return await caller.call("POST", "/api/uploads", headers=TUS | more)


@ON_ONE_DATABASE
async def test_everybody_may_ask_which_version_is_spoken(stranger):
    answer = await stranger.call("OPTIONS", "/api/uploads")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "creation-defer-length", "checksum", "expiration",
        "termination", "concatenation",
    }  # fmt: skip
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert int(answer.headers["Tus-Max-Size"]) == 2 * 1000**3


async def test_a_file_in_three_pieces_is_the_file(member):
    path = await begin(member, len(DATA))
    assert await offset_of(member, path) == 0
    for start, end in ((0, 5000), (5000, 5001), (5001, len(DATA))):
        answer = await patch(member, path, start, DATA[start:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        assert answer.headers["Upload-Expires"].endswith("GMT")
    shown = await member.get(path)
    assert shown["state"] == "finished"
    assert shown["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert (member.resources.settings.home / "uploads").stat().st_mode & 0o777 == 0o700


async def test_the_first_bytes_may_come_with_the_creation(member):
    head = BYTES | {"Upload-Length": str(len(DATA)), "Upload-Checksum": checksum(DATA[:99])}
    answer = await member.call("POST", "/api/uploads", headers=head, data=DATA[:99])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "99")
    path = answer.headers["Location"]
    assert (await patch(member, path, 99, DATA[99:])).status_code == 204
    assert (await member.get(path))["sha256"] == hashlib.sha256(DATA).hexdigest()


async def test_bytes_at_another_offset_are_refused_and_change_nothing(member):
    path = await begin(member, len(DATA))
    await patch(member, path, 0, DATA[:700])
    for offset in (0, 600, 800):
        answer = await patch(member, path, offset, DATA[offset : offset + 200])
        assert answer.status_code == 409
        assert "700 bytes are here" in answer.body["detail"]
    assert await offset_of(member, path) == 700
    await patch(member, path, 700, DATA[700:])
    assert (await member.get(path))["sha256"] == hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize("name", ["sha1", "sha256"])
async def test_a_wrong_checksum_keeps_none_of_the_bytes(member, name):
    path = await begin(member, len(DATA))
    good, other = checksum(DATA[:500], name), checksum(DATA[1:], name)
    assert (await patch(member, path, 0, DATA[:500], Upload_Checksum=good)).status_code == 204
    wrong = await patch(member, path, 500, DATA[500:], Upload_Checksum=other)
    assert (wrong.status_code, wrong.body["code"]) == (460, "checksum_mismatch")
    assert await offset_of(member, path) == 500
    unknown = await patch(member, path, 500, DATA[500:], Upload_Checksum="crc17 AAAA")
    assert unknown.status_code == 400
    rest = await patch(member, path, 500, DATA[500:], Upload_Checksum=checksum(DATA[500:], name))
    assert rest.status_code == 204
    assert (await member.get(path))["sha256"] == hashlib.sha256(DATA).hexdigest()


@ON_ONE_DATABASE
async def test_another_version_and_another_type_are_refused(member):
    path = await begin(member, 10)
    for version in ({}, {"Tus-Resumable": "0.2.2"}):
        for method in ("HEAD", "PATCH", "DELETE"):
            headers = {"Content-Type": BYTES["Content-Type"], "Upload-Offset": "0"} | version
            answer = await member.call(method, path, headers=headers)
            assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
        assert (await member.call("POST", "/api/uploads", headers=version)).status_code == 412
    typed = await patch(member, path, 0, b"x", Content_Type="text/csv")
    assert typed.status_code == 415
    for headers in ({}, {"Upload-Offset": "-1"}, {"Upload-Offset": "a"}):
        answer = await member.call("PATCH", path, headers=BYTES | headers, data=b"x")
        assert answer.status_code == 400
        assert list(answer.body["errors"]) == ["Upload-Offset"]
    assert await offset_of(member, path) == 0


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload_Length": "-5"}, 400),
        ({"Upload_Length": "5", "Upload_Defer_Length": "1"}, 400),
        ({"Upload_Length": "1000000000000000"}, 413),
        ({"Upload_Length": "5", "Upload_Metadata": "filename not base64!"}, 400),
        ({"Upload_Length": "5", "Upload_Metadata": metadata(filename="../../etc/x.csv")}, 400),
        ({"Upload_Length": "5", "Upload_Metadata": metadata(filename="ü" * 128)}, 400),
        ({"Upload_Length": "5", "Upload_Metadata": metadata(sha256="abc")}, 400),
        ({"Upload_Length": "5", "Upload_Checksum": "crc17 AAAA"}, 400),
        ({"Upload_Length": "5", "Content_Type": "text/csv"}, 415),
        ({"Upload_Concat": "final;../../etc/passwd"}, 400),
        ({"Upload_Concat": "final;/api/uploads/" + "0" * 32}, 404),
    ],
)
async def test_a_broken_creation_makes_nothing(member, headers, status):
    answer = await create(member, **headers)
    assert answer.status_code == status, answer.body
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert (await member.get("/api/uploads"))["total"] == 0


async def test_more_bytes_than_announced_are_refused_and_harm_nothing(member):
    path = await begin(member, 1000)
    await patch(member, path, 0, DATA[:100])
    assert (await patch(member, path, 100, DATA[100:])).status_code == 413
    at = await offset_of(member, path)
    assert (await patch(member, path, at, DATA[at:1000])).status_code == 204
    assert (await member.get(path))["sha256"] == hashlib.sha256(DATA[:1000]).hexdigest()
    full = await patch(member, path, 1000, b"x")
    assert (full.status_code, full.body["code"]) == (409, "upload_finished")
    assert (await patch(member, path, 1000, b"")).status_code == 204


async def test_the_length_may_come_later(member):
    answer = await create(member, Upload_Defer_Length="1")
    path = answer.headers["Location"]
    head = await member.call("HEAD", path, headers=TUS)
    assert head.headers["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in head.headers
    assert (await patch(member, path, 0, DATA[:99])).status_code == 204
    assert (await patch(member, path, 99, b"", Upload_Length="98")).status_code == 400
    rest = await patch(member, path, 99, DATA[99:], Upload_Length=str(len(DATA)))
    assert rest.status_code == 204
    assert (await member.get(path))["sha256"] == hashlib.sha256(DATA).hexdigest()


async def test_an_empty_file_is_finished_at_once(member):
    path = await begin(member, 0)
    assert (await member.get(path))["sha256"] == hashlib.sha256(b"").hexdigest()


async def test_partial_uploads_make_one_file(member, colleague):
    paths = []
    for piece in (DATA[:1000], DATA[1000:]):
        made = await create(member, Upload_Length=str(len(piece)), Upload_Concat="partial")
        paths.append(made.headers["Location"])
    final = "final;" + " ".join(paths)
    assert (await create(member, Upload_Concat=final)).status_code == 409  # they are empty
    for path, piece in zip(paths, (DATA[:1000], DATA[1000:]), strict=True):
        assert (await patch(member, path, 0, piece)).status_code == 204
    assert (await create(colleague, Upload_Concat=final)).status_code == 404
    named = metadata(filename="whole.csv", sha256=hashlib.sha256(DATA).hexdigest())
    made = await create(member, Upload_Concat=final, Upload_Metadata=named)
    assert made.status_code == 201
    whole = made.headers["Location"]
    assert (await member.get(whole))["state"] == "finished"
    assert upload_files(member, whole) == [DATA]
    assert await offset_of(member, whole) == len(DATA)
    assert (await patch(member, whole, len(DATA), b"x")).status_code == 403
    assert (await create(member, Upload_Concat=f"final;{whole}")).status_code == 409


async def test_a_deleted_upload_is_gone_with_its_bytes(member):
    path = await begin(member, len(DATA))
    await patch(member, path, 0, DATA[:1000])
    assert (await member.call("DELETE", path, headers=TUS)).status_code == 204
    assert not list((member.resources.settings.home / "uploads").iterdir())
    assert (await member.call("HEAD", path, headers=TUS)).status_code == 404
    assert (await patch(member, path, 1000, b"x")).status_code == 404
    assert (await member.call("DELETE", path, headers=TUS)).status_code == 404


async def test_what_nobody_comes_back_for_expires_and_is_swept(member, expire):
    kept, left = await begin(member, 10), await begin(member, 10)
    await patch(member, left, 0, b"12345")
    expire(left)
    for answer in (
        await member.call("HEAD", left, headers=TUS),
        await patch(member, left, 5, b"67890"),
    ):
        assert answer.status_code == 410
    files = member.resources.settings.home / "uploads"
    assert expire.sweep() == 1
    assert (await member.call("HEAD", left, headers=TUS)).status_code == 404
    assert await offset_of(member, kept) == 0
    assert len(list(files.iterdir())) == 1


async def test_an_upload_is_its_owners_alone(member, colleague, admin):
    path = await begin(member, len(DATA))
    for other in (colleague, admin):
        assert (await other.call("HEAD", path, headers=TUS)).status_code == 404
        assert (await patch(other, path, 0, DATA)).status_code == 404
        assert (await other.call("DELETE", path, headers=TUS)).status_code == 404
        await other.get(path, 404)
        assert (await other.get("/api/uploads"))["total"] == 0
    assert (await patch(member, path, 0, DATA)).status_code == 204
    digest = hashlib.sha256(DATA).hexdigest()
    assert (await colleague.get(f"/api/uploads/known?sha256={digest}"))["upload"] is None


async def test_a_file_that_is_not_the_announced_one_is_dropped(member):
    path = await begin(member, len(DATA), sha256=hashlib.sha256(b"other").hexdigest())
    answer = await patch(member, path, 0, DATA)
    assert (answer.status_code, answer.body["code"]) == (422, "HASH_MISMATCH")
    assert (await member.call("HEAD", path, headers=TUS)).status_code == 404
    path = await begin(member, len(DATA), sha256=hashlib.sha256(DATA).hexdigest().upper())
    assert (await patch(member, path, 0, DATA)).status_code == 204


@ON_ONE_DATABASE
async def test_a_network_that_lets_only_post_pass_is_no_hindrance(member):
    path = await begin(member, 10)
    override = BYTES | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = await member.call("POST", path, headers=override, data=b"12345")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")
    assert (await member.call("POST", path, headers=TUS)).status_code == 400
    away = TUS | {"X-HTTP-Method-Override": "DELETE"}
    assert (await member.call("POST", path, headers=away)).status_code == 204


async def test_of_fifty_writers_at_one_offset_exactly_one_wins(member):
    path = await begin(member, 30_000 * 2)
    pieces = [bytes([number]) * 30_000 for number in range(50)]
    answers = await asyncio.gather(*(patch(member, path, 0, piece) for piece in pieces))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    assert await offset_of(member, path) == 30_000
    assert upload_files(member, path) == [pieces[statuses.index(204)]]


@ON_ONE_DATABASE
async def test_a_repeated_creation_with_a_key_answers_with_the_same_upload(member):
    key = {
        "Idempotency_Key": "one",
        "Upload_Length": "5",
        "Upload_Metadata": metadata(filename="a"),
    }
    first, second = await create(member, **key), await create(member, **key)
    assert first.headers["Location"] == second.headers["Location"]
    assert (await member.get("/api/uploads"))["total"] == 1
    assert (await create(member, **key | {"Upload_Length": "6"})).status_code == 422


@ON_ONE_DATABASE
async def test_with_a_cookie_only_our_own_pages_may_upload(app, database):
    browser = await signed_in(app, database)
    headers = TUS | {"Upload-Length": "5"}
    assert (await browser.send("POST", "/api/uploads", headers=headers))[0] == 403
    foreign = headers | PAGE | {"Origin": "https://example.org"}
    assert (await browser.send("POST", "/api/uploads", headers=foreign))[0] == 403
    assert (await browser.send("POST", "/api/uploads", headers=headers | PAGE))[0] == 201
    assert (await Browser(app).send("POST", "/api/uploads", headers=headers | PAGE))[0] == 401


async def test_bytes_that_are_here_need_not_be_sent_again(member):
    digest = hashlib.sha256(DATA).hexdigest()
    known = f"/api/uploads/known?sha256={digest}"
    assert (await member.get(known))["upload"] is None
    body = {"sha256": digest, "filename": "again.csv"}
    await member.post("/api/uploads/known", body, 404)
    sent = await send(member, DATA)
    assert (await member.get(known))["upload"]["id"] == sent
    assert (await member.post("/api/uploads/known", body, 201))["id"] == sent


@ON_ONE_DATABASE
async def test_a_viewer_uploads_nothing(viewer):
    assert (await create(viewer, Upload_Length="5")).status_code == 403


def test_the_sweep_leaves_a_folder_that_is_not_there_alone(database, tmp_path):
    from services.uploads.files import UploadFiles

    assert sweep_uploads(database, UploadFiles(tmp_path / "none")) == 0
