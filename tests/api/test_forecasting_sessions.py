"""Forecasting sessions over HTTP: ids, settings, state, and who sees what."""

import asyncio
import uuid

import pytest

from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"
STEPS = {"eingabe": "97", "ausgabe": 97, "zeitschrittweite": "15", "offsett": "0"}


def new_id() -> str:
    return f"session_{uuid.uuid4()}"


async def begun(caller: Caller, **more: object) -> str:
    name = new_id()
    await caller.post(f"{BASE}/init-session", {"sessionId": name, **more}, 200)
    return name


@pytest.mark.parametrize(
    "name",
    [
        "0d6f62f4-5a0c-4f3e-9d2f-8b7a52f4c9e1",
        "session_1756822641637_3474pzh",
        "session_56d4413f-df86-4a60-bf21-85a2b0feef5f",
    ],
)
async def test_a_session_begins_under_each_form_of_id(member: Caller, name: str) -> None:
    answer = await member.post(f"{BASE}/init-session", {"sessionId": name}, 200)
    assert (answer["success"], answer["sessionId"]) == (True, name)
    found = await member.get(f"{BASE}/get-session-uuid/{name}")
    assert uuid.UUID(found["sessionUuid"])
    again = await member.get(f"{BASE}/get-session-uuid/{found['sessionUuid']}")
    assert again["sessionUuid"] == found["sessionUuid"]


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", ["", "../x", "session_abc", "session_12", 7, None, "x" * 300])
async def test_what_is_no_id_is_refused_before_anything_is_stored(
    member: Caller, name: object
) -> None:
    answer = await member.post(f"{BASE}/init-session", {"sessionId": name}, 400)
    assert (answer["success"], answer["code"]) == (False, "BAD_UUID")
    assert "sessionId" in answer["error"]
    assert (await member.get(f"{BASE}/list-sessions"))["total_count"] == 0


async def test_many_that_begin_one_session_at_once_get_the_same(member: Caller) -> None:
    name = new_id()
    requests = [member.post(f"{BASE}/init-session", {"sessionId": name}, 200) for _ in range(8)]
    await asyncio.gather(*requests)
    assert (await member.get(f"{BASE}/list-sessions"))["total_count"] == 1


async def test_settings_come_back_as_they_were_saved(member: Caller) -> None:
    name = await begun(member)
    info = {
        "jahr": True,
        "tag": True,
        "feiertag": True,
        "zeitzone": "Europe/Vienna",
        "category_data": {
            "jahr": {"datenform": "Zeithorizont", "zeithorizontStart": -24, "skalierung": "ja"},
            "feiertag": {"land": "Österreich", "detaillierteBerechnung": True},
        },
    }
    await member.post(f"{BASE}/save-time-info", {"sessionId": name, "timeInfo": info}, 200)
    await member.post(f"{BASE}/save-zeitschritte", {"sessionId": name, "zeitschritte": STEPS}, 200)
    kept = (await member.get(f"{BASE}/get-time-info/{name}"))["data"]
    assert kept["category_data"] == info["category_data"]
    assert (kept["jahr"], kept["monat"], kept["zeitzone"]) == (True, False, "Europe/Vienna")
    assert (await member.get(f"{BASE}/get-zeitschritte/{name}"))["data"] == {
        "eingabe": "97", "ausgabe": "97", "zeitschrittweite": "15", "offset": "0",
    }  # fmt: skip


async def test_an_old_flat_calendar_becomes_one_block_per_active_category(member: Caller) -> None:
    flat = {"tag": True, "woche": True, "datenform": "Zeithorizont", "zeithorizontStart": "-12"}
    name = await begun(member, timeInfo=flat)
    kept = (await member.get(f"{BASE}/get-time-info/{name}"))["data"]
    assert sorted(kept["category_data"]) == ["tag", "woche"]
    assert kept["category_data"]["tag"]["zeithorizontStart"] == "-12"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({"eingabe": 0}, "eingabe"), ({"eingabe": -1}, "eingabe"), ({"ausgabe": 4097}, "ausgabe"),
        ({"eingabe": "x"}, "eingabe"), ({"eingabe": 2.5}, "eingabe"), ({"ausgabe": True}, "ausgabe"),
        ({"zeitschrittweite": 0}, "zeitschrittweite"), ({"offset": -1}, "offset"),
        ({"zeitschrittweite": 15, "offset": 15}, "offset"), ({"schritte": 3}, "schritte"),
        ({"eingabe": "9" * 400}, "eingabe"), ([1], "zeitschritte"), ("x", "zeitschritte"),
        (None, "zeitschritte"), ({"offset": 7, "offsett": 5}, "offsett"),
    ],
)  # fmt: skip
async def test_wrong_time_steps_are_refused_by_name(
    member: Caller, steps: object, field: str
) -> None:
    name = await begun(member)
    body = {"sessionId": name, "zeitschritte": steps}
    answer = await member.post(f"{BASE}/save-zeitschritte", body, 400)
    assert (answer["code"], list(answer["errors"])) == ("INVALID_ZEITSCHRITTE", [field])
    assert "Fraction" not in answer["error"]
    assert (await member.get(f"{BASE}/get-zeitschritte/{name}"))["data"] == {}


async def test_time_steps_are_kept_as_plain_whole_numbers(member: Caller) -> None:
    name = await begun(member, zeitschritte={"eingabe": "24.0", "ausgabe": " 5 "})
    kept = (await member.get(f"{BASE}/get-zeitschritte/{name}"))["data"]
    assert (kept["eingabe"], kept["ausgabe"]) == ("24", "5")


async def test_empty_time_steps_are_allowed(member: Caller) -> None:
    name = await begun(member, zeitschritte={"eingabe": "", "ausgabe": None})
    kept = (await member.get(f"{BASE}/get-zeitschritte/{name}"))["data"]
    assert set(kept.values()) == {None}


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("info", "field"),
    [
        ({"jahr": "true"}, "jahr"), ({"tag": 1}, "tag"), ({"zeitzone": "Wien"}, "zeitzone"),
        ({"category_data": {"stunde": {}}}, "category_data.stunde"),
        ({"category_data": {"tag": {"skalierung": "maybe"}}}, "tag: skalierung"),
        ({"category_data": {"tag": {"zeithorizontStart": "x"}}},
         "tag: zeithorizontStart"),
        ({"uhr": True}, "uhr"), ([], "timeInfo"), (None, "timeInfo"),
    ],
)  # fmt: skip
async def test_a_wrong_calendar_is_refused_by_name(
    member: Caller, info: object, field: str
) -> None:
    name = await begun(member)
    answer = await member.post(f"{BASE}/save-time-info", {"sessionId": name, "timeInfo": info}, 400)
    assert (answer["code"], list(answer["errors"])) == ("INVALID_TIME_INFO", [field])


@ON_ONE_DATABASE
@pytest.mark.parametrize("body", [[], "x", 3])
async def test_a_body_that_is_no_object_is_refused(member: Caller, body: object) -> None:
    answer = await member.post(f"{BASE}/init-session", body, 400)
    assert (answer["success"], bool(answer["code"])) == (False, True)


@ON_ONE_DATABASE
async def test_what_was_done_is_said_in_a_sentence(member: Caller) -> None:
    name = await begun(member)
    body = {"sessionId": name}
    answers = [
        await member.post(f"{BASE}/init-session", body, 200),
        await member.post(f"{BASE}/save-time-info", body | {"timeInfo": {"tag": True}}, 200),
        await member.post(f"{BASE}/save-zeitschritte", body | {"zeitschritte": STEPS}, 200),
        await member.post(f"{BASE}/create-database-session", body, 200),
        await member.get(f"{BASE}/get-session-uuid/{name}"),
        await member.post(f"{BASE}/session-name-change", body | {"sessionName": "North"}, 200),
        await member.post(f"{BASE}/finalize-session", body, 200),
    ]
    assert [bool(one.get("message")) for one in answers] == [True] * len(answers)


async def test_a_name_is_given_trimmed_and_found(member: Caller) -> None:
    name = await begun(member)
    body = {"sessionId": name, "sessionName": "  Load of the north  "}
    renamed = await member.post(f"{BASE}/session-name-change", body, 200)
    assert renamed["data"]["sessionName"] == "Load of the north"
    for wrong in ("   ", "\u200b\u2800", "x" * 256, None):
        refused = await member.post(
            f"{BASE}/session-name-change", {"sessionId": name, "sessionName": wrong}, 400
        )
        assert refused["code"] == "INVALID_SESSION_NAME"
    listed = (await member.get(f"{BASE}/sessions"))["sessions"]
    assert [one["sessionName"] for one in listed] == ["Load of the north"]


async def test_what_is_somebody_elses_does_not_exist(member: Caller, colleague: Caller) -> None:
    name = await begun(member)
    own = (await member.get(f"{BASE}/get-session-uuid/{name}"))["sessionUuid"]
    for path in ("session/{}", "session/{}/database", "session-status/{}", "status/{}",
                 "get-session-uuid/{}", "get-time-info/{}", "get-zeitschritte/{}",
                 "csv-files/{}", "results/{}", "evaluation-tables/{}"):  # fmt: skip
        for one in (name, own):
            theirs = await colleague.get(f"{BASE}/{path.format(one)}", 404)
            never = await colleague.get(f"{BASE}/{path.format(uuid.uuid4())}", 404)
            assert theirs["code"] == never["code"] == "SESSION_NOT_FOUND"
    refused = await colleague.post(f"{BASE}/session/{name}/delete", {}, 404)
    assert refused["code"] == "SESSION_NOT_FOUND"
    mine = await colleague.post(f"{BASE}/init-session", {"sessionId": name}, 200)
    assert mine["sessionId"] == name  # a name of one's own, and another session
    assert (await colleague.get(f"{BASE}/get-session-uuid/{name}"))["sessionUuid"] != own
    taken = await colleague.post(f"{BASE}/init-session", {"sessionId": own}, 404)
    assert taken["code"] == "SESSION_NOT_FOUND"


async def test_deleting_takes_only_ones_own(member: Caller, colleague: Caller) -> None:
    first, second = await begun(member), await begun(member)
    theirs = await begun(colleague)
    await member.post(f"{BASE}/session/{first}/delete", {}, 200)
    assert (await member.get(f"{BASE}/session/{first}", 404))["code"] == "SESSION_NOT_FOUND"
    for wrong in (1, "yes", False, [True]):  # 1 equals True in Python
        await member.post(f"{BASE}/delete-all-sessions", {"confirm_delete_all": wrong}, 400)
    unconfirmed = await member.post(f"{BASE}/delete-all-sessions", {}, 400)
    assert unconfirmed["code"] == "CONFIRMATION_REQUIRED"
    gone = await member.post(f"{BASE}/delete-all-sessions", {"confirm_delete_all": True}, 200)
    assert gone["summary"]["database_records_deleted"] == 1
    form = {"confirm_delete_all": "true"}
    none = await member.post(f"{BASE}/delete-all-sessions", status=200, form=form)
    assert none["summary"]["database_records_deleted"] == 0
    assert (await member.get(f"{BASE}/session/{second}", 404))["code"] == "SESSION_NOT_FOUND"
    assert (await colleague.get(f"{BASE}/session/{theirs}"))["session"]["sessionId"] == theirs


async def test_finalizing_is_seen_in_the_state(member: Caller) -> None:
    name = await begun(member)
    before = await member.get(f"{BASE}/session-status/{name}")
    assert (before["status"], before["progress"], before["finalized"]) == ("pending", 0.0, False)
    done = await member.post(f"{BASE}/finalize-session", {"sessionId": name}, 200)
    assert (done["n_dat"], done["file_count"]) == (0, 0)
    after = await member.get(f"{BASE}/status/{name}")
    assert (after["status"], after["progress"], after["finalized"]) == ("completed", 100.0, True)


@ON_ONE_DATABASE
async def test_finalizing_without_settings_leaves_those_that_were_saved(member: Caller) -> None:
    name = await begun(member)
    calendar = {"jahr": True, "woche": True, "zeitzone": "Europe/Vienna"}
    await member.post(f"{BASE}/save-time-info", {"sessionId": name, "timeInfo": calendar}, 200)
    steps = {"sessionId": name, "zeitschritte": {"eingabe": "24", "ausgabe": "12"}}
    await member.post(f"{BASE}/save-zeitschritte", steps, 200)
    for given in ({}, {"timeInfo": {}, "zeitschritte": {}}):
        await member.post(f"{BASE}/finalize-session", {"sessionId": name, **given}, 200)
    shown = (await member.get(f"{BASE}/session/{name}"))["session"]
    assert (shown["timeInfo"]["jahr"], shown["timeInfo"]["zeitzone"]) == (True, "Europe/Vienna")
    assert shown["zeitschritte"]["eingabe"] == "24"
