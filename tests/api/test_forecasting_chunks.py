"""Chunks of files of sessions in any order, what belongs together, and how a file is taken in."""

import asyncio
import json
import random
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.forecasting import ForecastSession
from services.forecasting.uploads.sweep import delete_stale_uploads
from tests.factories.callers import Caller
from tests.factories.chunks import (
    BASE,
    HASH,
    HEAT,
    LOAD,
    begun,
    chunk_form,
    cut,
    labels,
    send_chunk,
    stored_files,
)
from tests.factories.sessions import STEPS
from tests.factories.uploads import TUS, begin
from tests.support.databases import ON_ONE_DATABASE
from tests.support.depth import examples

pytestmark = pytest.mark.usefixtures("reads_here")
BROKEN = b"UTC;load\nyesterday;1\ntoday;2\n"


@pytest.fixture
async def session(member: Caller) -> str:
    return await begun(member)


async def status(caller: Caller, session: str) -> Any:
    return await caller.get(f"{BASE}/session-status/{session}")


FILES = (
    {"direction": "input", "label": "north", "data": LOAD, "number": 3},
    {"direction": "input", "label": "south", "data": HEAT, "number": 4},
    {"direction": "output", "label": "north", "data": HEAT[:-40], "number": 2},
)
CHUNKS = [(file, index) for file in range(3) for index in range(FILES[file]["number"])]


@pytest.mark.full
@ON_ONE_DATABASE
@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    order=st.permutations(CHUNKS),
    again=st.lists(st.sampled_from(CHUNKS), max_size=5),
    restart=st.integers(0, len(CHUNKS)),
)
async def test_files_of_one_name_are_whole_in_any_order_of_their_chunks(
    member, served, order, again, restart
):
    session, there = await begun(member), set()
    for step, (number, index) in enumerate([*order, *again]):
        if step == restart:
            served.extensions.pop("uploads", None)  # what the process remembers is gone
        file = FILES[number]
        pieces = cut(file["data"], file["number"])
        said = {"label": file["label"], "name": "export.csv", "direction": file["direction"]}
        answer = await send_chunk(member, session, pieces, index, **said)
        there.add((number, index))
        missing = [one for one in range(file["number"]) if (number, one) not in there]
        assert (answer["missing"], answer["complete"]) == (missing, not missing)
    stored = [
        (one["type"], one["label"], one["data"]) for one in await stored_files(member, session)
    ]
    expected = [(one["direction"], one["label"], one["data"]) for one in FILES]
    assert sorted(stored) == sorted(expected)


async def test_all_chunks_at_once_make_one_file(member, session):
    pieces = cut(LOAD, 8)
    answers = await asyncio.gather(
        *(send_chunk(member, session, pieces, index) for index in random.sample(range(8), 8))
    )
    assert any(one["complete"] for one in answers)
    assert await labels(member, session) == {"load": LOAD}


async def test_the_last_chunk_sent_again_names_the_same_file(member, session):
    pieces = cut(LOAD, 2)
    await send_chunk(member, session, pieces, 0)
    first = await send_chunk(member, session, pieces, 1)
    again = await send_chunk(member, session, pieces, 1)
    assert again["data"]["id"] == first["data"]["id"]
    assert len(await stored_files(member, session)) == 1


async def test_a_chunk_may_name_its_upload_instead_of_its_label(member, session):
    pieces = cut(LOAD, 3)
    first = await send_chunk(member, session, pieces, 0, label="west")
    for index in (1, 2):
        await send_chunk(member, session, pieces, index, label=None, uploadId=first["uploadId"])
    assert await labels(member, session) == {"west": LOAD}
    other = await begun(member)
    refused = await send_chunk(member, other, pieces, 0, 400, uploadId=first["uploadId"])
    assert list(refused["errors"]) == ["uploadId"]


async def test_later_chunks_without_a_label_belong_to_the_one_upload_of_their_name(member, session):
    pieces = cut(LOAD, 3)
    await send_chunk(member, session, pieces, 0, label="east")
    await send_chunk(member, session, pieces, 2, label=None)
    await send_chunk(member, session, pieces, 1, label=None)
    again = await send_chunk(member, session, pieces, 1, label=None)
    assert again["complete"]
    assert await labels(member, session) == {"east": LOAD}


async def test_a_deleted_file_may_be_sent_again(member, session):
    pieces = cut(LOAD, 2)
    await send_chunk(member, session, pieces, 0)
    made = await send_chunk(member, session, pieces, 1)
    await member.call("DELETE", f"{BASE}/csv-files/{made['data']['id']}")
    assert not (await send_chunk(member, session, pieces, 1))["complete"]
    assert (await send_chunk(member, session, pieces, 0))["complete"]
    assert await labels(member, session) == {"load": LOAD}


@ON_ONE_DATABASE
async def test_a_file_that_cannot_be_read_is_refused_and_another_may_come(member, session):
    refused = await send_chunk(member, session, [BROKEN], 0, 400)
    assert (refused["success"], refused["code"]) == (False, "unreadable_table")
    assert (await send_chunk(member, session, [LOAD], 0))["complete"]
    assert await labels(member, session) == {"load": LOAD}


@ON_ONE_DATABASE
async def test_another_number_of_chunks_or_hash_is_a_conflict_and_changes_nothing(member, session):
    pieces = cut(LOAD, 2)
    await send_chunk(member, session, pieces, 0, fileHash=HASH)
    refused = await send_chunk(member, session, pieces, 1, 409, totalChunks=3)
    assert refused["code"] == "CHUNK_DIFFERS"
    await send_chunk(member, session, pieces, 1, 409, fileHash="0" * 64)
    await send_chunk(member, session, pieces, 1, 400, fileHash="abc")
    assert (await send_chunk(member, session, pieces, 1))["complete"]


@ON_ONE_DATABASE
async def test_a_file_of_another_hash_is_refused_by_the_name_of_its_field(member, session):
    await send_chunk(member, session, cut(HEAT, 2), 0)
    refused = await send_chunk(member, session, cut(HEAT, 2), 1, 422, fileHash=HASH)
    assert (refused["code"], list(refused["errors"])) == ("HASH_MISMATCH", ["fileHash"])


@ON_ONE_DATABASE
async def test_a_duplicate_is_refused_before_a_byte_is_kept(member, session):
    await send_chunk(member, session, [LOAD], 0)
    refused = await send_chunk(member, session, cut(HEAT, 2), 0, 400)
    assert refused["code"] == "DUPLICATE_FILE"
    assert (await status(member, session))["incomplete"] == []


@ON_ONE_DATABASE
async def test_after_a_day_the_first_chunk_begins_again_and_later_ones_are_refused(
    member, session, expire
):
    pieces = cut(LOAD, 3)
    begun_upload = await send_chunk(member, session, pieces, 1)
    for sweep in (lambda: None, expire.sweep):
        expire(begun_upload["uploadId"])
        sweep()
        await send_chunk(member, session, pieces, 1, 410)
    assert delete_stale_uploads(member.database) == 0
    for index in (0, 2, 1):
        answer = await send_chunk(member, session, pieces, index)
    assert answer["complete"]


@ON_ONE_DATABASE
async def test_only_unfinished_uploads_of_sessions_are_stale(member, session, expire):
    young = await send_chunk(member, session, cut(LOAD, 2), 0, label="young")
    old = [
        await send_chunk(member, session, cut(LOAD, 2), 0, label="old"),
        await send_chunk(member, session, [LOAD], 0, label="done"),
    ]
    by_tus = await begin(member, 10, f"{BASE}/tus", sessionId=session, fileType="input")
    elsewhere = await begin(member, 10)
    for path in (old[0]["uploadId"], old[1]["uploadId"], by_tus, elsewhere):
        expire(path)
    assert delete_stale_uploads(member.database) == 2
    (coming,) = (await status(member, session))["incomplete"]
    assert coming["uploadId"] == young["uploadId"]
    assert await labels(member, session) == {"done": LOAD}


async def test_an_announced_file_keeps_its_fields_when_its_chunks_come(member, session):
    data = {
        "fileName": "load.csv",
        "type": "input",
        "bezeichnung": "load",
        "zeithorizontStart": -24,
    }
    announced = await member.post(f"{BASE}/csv-files", {"sessionId": session, "fileData": data})
    pieces = cut(LOAD, 2)
    for index in (1, 0):
        answer = await send_chunk(member, session, pieces, index)
    assert answer["data"]["id"] == announced["data"]["id"]
    (row,) = (await member.get(f"{BASE}/csv-files/{session}"))["data"]
    assert (row["status"], row["zeithorizont_start"], row["datenpunkte"]) == ("ready", -24.0, 120)
    other = await send_chunk(member, session, [HEAT], 0, 400)
    assert other["code"] == "DUPLICATE_FILE"


@ON_ONE_DATABASE
async def test_an_announced_label_is_not_taken_by_a_file_of_another_name(member, session):
    data = {"fileName": "load.csv", "type": "input", "bezeichnung": "load"}
    await member.post(f"{BASE}/csv-files", {"sessionId": session, "fileData": data})
    assert (await send_chunk(member, session, [LOAD], 0, 400, name="x.csv"))["code"] == (
        "DUPLICATE_FILE"
    )


@ON_ONE_DATABASE
async def test_fields_beside_the_additional_data_and_in_the_query_are_merged(member, session):
    metadata = {
        "chunkIndex": 0,
        "totalChunks": 1,
        "fileName": "load.csv",
        "sessionId": session,
        "fileType": "input",
    }
    fields = {
        "bezeichnung": "42",
        "fileMetadata": json.dumps({"skalierung": "ja", "utcMin": ""}),
        "zeitschritte": json.dumps(STEPS),
    }
    form = chunk_form(LOAD, metadata, None, **fields)
    query = {"zeithorizont_start": "-24"}
    await member.post(f"{BASE}/upload-chunk", query_string=query, **form)
    (row,) = (await member.get(f"{BASE}/csv-files/{session}"))["data"]
    assert (row["bezeichnung"], row["skalierung"]) == ("42", "ja")
    assert (row["zeithorizont_start"], row["utc_min"]) == (-24.0, "2024-01-01 00:00:00")
    kept = (await member.get(f"{BASE}/get-zeitschritte/{session}"))["data"]
    assert kept["eingabe"] == str(STEPS["eingabe"])


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"metadata": "{"}, "metadata"), ({"metadata": "[]"}, "metadata"),
        ({"additionalData": "1"}, "additionalData"), ({"fileMetadata": "[1]"}, "fileMetadata"),
        ({"skalierung": "vielleicht"}, "skalierung"), ({"importOptions": "1"}, "importOptions"),
    ],
)  # fmt: skip
async def test_a_field_that_is_none_is_named(member, session, fields, named):
    metadata = {
        "chunkIndex": 0,
        "totalChunks": 1,
        "fileName": "load.csv",
        "sessionId": session,
        "fileType": "input",
    }
    form = chunk_form(LOAD, metadata)
    form["form"] |= fields
    refused = await member.post(f"{BASE}/upload-chunk", status=400, **form)
    assert list(refused["errors"]) == [named]
    assert await stored_files(member, session) == []


@ON_ONE_DATABASE
async def test_a_session_that_nobody_began_or_that_is_shared_takes_no_chunk(
    member, colleague, session
):
    unknown = await send_chunk(member, f"session_{uuid.uuid4()}", [LOAD], 0, 404)
    assert unknown["code"] == "SESSION_NOT_FOUND"
    with member.database.write() as unit:
        unit.session.scalars(select(ForecastSession)).one().visibility = "team"
    await send_chunk(colleague, session, [LOAD], 0, 403)


@ON_ONE_DATABASE
async def test_progress_counts_what_is_on_its_way_and_finalize_names_it(member, session):
    await send_chunk(member, session, [HEAT], 0, label="heat")
    pieces = cut(LOAD, 5)
    for index in (0, 3):
        await send_chunk(member, session, pieces, index)
    path = await begin(member, 10, f"{BASE}/tus", sessionId=session, fileType="output")
    shown = await status(member, session)
    assert (shown["status"], shown["progress"], shown["finalized"]) == ("processing", 30.0, False)
    by_chunks, by_tus = shown["incomplete"]
    assert (by_chunks["missing"], by_chunks["bezeichnung"]) == ([1, 2, 4], "load")
    assert (by_tus["missing"], by_tus["received"], by_tus["length"]) == (None, 0, 10)
    body = {"sessionId": session}
    refused = await member.post(f"{BASE}/finalize-session", body, 409)
    assert refused["code"] == "UPLOAD_INCOMPLETE"
    assert refused["errors"]["files"] == [
        "load.csv: chunks 1-2, 4 are missing.",
        "load.csv: 0 of 10 bytes are here.",
    ]
    await member.call("DELETE", path, headers=TUS)
    for index in (1, 2, 4):
        await send_chunk(member, session, pieces, index)
    assert (await status(member, session))["progress"] == 90.0
    assert (await member.post(f"{BASE}/finalize-session", body))["file_count"] == 2
    assert (await status(member, session))["progress"] == 100.0


@ON_ONE_DATABASE
async def test_answers_name_the_first_missing_indices_and_count_all_of_them(member, session):
    answer = await send_chunk(member, session, [LOAD], 0, totalChunks=100_000)
    assert (answer["missing"], answer["missingCount"]) == (list(range(1, 101)), 99_999)
    (coming,) = (await status(member, session))["incomplete"]
    assert (len(coming["missing"]), coming["missingCount"]) == (100, 99_999)
    refused = await member.post(f"{BASE}/finalize-session", {"sessionId": session}, 409)
    assert refused["errors"]["files"] == ["load.csv: chunks 1-99999 are missing."]
