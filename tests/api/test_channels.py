"""Channels over HTTP: made, tested, changed and deleted by those they belong to."""

import asyncio
import dataclasses
import json

import pytest
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.channel import AlertChannel, ChannelDelivery
from app.models.idempotency import IdempotencyKey
from app.resources import Resources
from app.settings import Settings
from services.channels.create import MAX_CHANNELS
from services.channels.outbox import enqueue
from services.channels.perform import send_due
from services.channels.types import ChannelPorts
from tests.factories.callers import Caller
from tests.factories.channels import HOOK, make_channel, message
from tests.support.databases import ON_ONE_DATABASE
from tests.support.receivers import LOOPBACK, answering, web_receiver

PATH = "/api/channels"
NEW = {"kind": "webhook", "name": "ops", "target": HOOK}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, channel_private_networks=LOOPBACK, channel_seconds=60.0)


@pytest.fixture
def receiver():
    with web_receiver() as running:
        yield running


async def sent(resources: Resources) -> None:
    """Send what is due, as a worker does."""
    ports = ChannelPorts.of(resources.database, resources.settings)
    await asyncio.to_thread(send_due, ports, lambda: False)


async def made(caller: Caller, **changes: object) -> str:
    channel = await caller.post(PATH, NEW | changes, 201)
    return f"{PATH}/{channel['id']}"


async def test_a_channel_is_made_tested_and_deleted(
    member: Caller, resources: Resources, receiver
) -> None:
    path = await made(member, target=receiver.url("/hook"))
    tested = await member.post(f"{path}/test", status=202)
    assert (tested["state"], tested["phase"], tested["sending"]) == ("queued", "test", False)
    await member.post(f"{path}/test", status=409)
    await sent(resources)
    shown = await member.get(path)
    assert shown["last_delivery"]["state"] == "delivered"
    assert shown["last_delivery"]["status"] == 200
    assert json.loads(receiver.posted[0].body)["type"] == "alert.test"
    response = await member.call("DELETE", path)
    assert response.status_code == 204
    await member.get(path, 404)
    assert (await member.get(PATH))["items"] == []


async def test_tests_are_not_sent_one_right_after_the_other(
    member: Caller, resources: Resources, receiver
) -> None:
    path = await made(member, target=receiver.url("/hook"))
    await member.post(f"{path}/test", status=202)
    await sent(resources)
    response = await member.call("POST", f"{path}/test")
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 5


async def test_the_secret_is_shown_once_and_the_address_never(
    member: Caller, resources: Resources, receiver
) -> None:
    key = {"headers": {"Idempotency-Key": "make-once"}}
    first = await member.post(PATH, NEW, 201, **key)
    again = await member.post(PATH, NEW, 201, **key)
    assert first["secret"].startswith("whsec_")
    assert (again["id"], again["secret"]) == (first["id"], None)
    path = f"{PATH}/{first['id']}"
    renewed = await member.post(f"{path}/secret")
    assert renewed["secret"] not in (None, first["secret"])
    await member.patch(path, {"name": "other"})
    await member.post(f"{path}/test", status=202)
    answers = [
        await member.get(PATH),
        await member.get(path),
        await member.get(f"{path}/deliveries"),
    ]
    with resources.database.read() as session:
        stored = [
            *session.execute(select(AlertChannel.__table__)).all(),
            *session.execute(select(ChannelDelivery.__table__)).all(),
            *session.execute(select(IdempotencyKey.__table__)).all(),
            *session.execute(select(AuditEntry.__table__)).all(),
        ]
    everything = json.dumps(answers) + repr(stored)
    for secret in (first["secret"], renewed["secret"], "path-secret-4711"):
        assert secret not in everything


async def test_a_renewed_secret_signs_from_then_on(
    member: Caller, resources: Resources, receiver
) -> None:
    from services.channels.sending.webhook import signature

    path = await made(member, target=receiver.url("/hook"))
    secret = (await member.post(f"{path}/secret"))["secret"]
    await member.post(f"{path}/test", status=202)
    await sent(resources)
    headers, body = receiver.posted[0].headers, receiver.posted[0].body
    made_here = signature(secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == made_here


async def test_channels_are_their_owners_and_those_of_the_platform_admins(
    member: Caller, colleague: Caller, admin: Caller, viewer: Caller
) -> None:
    own = await made(member)
    platform = await made(admin, scope="platform")
    for caller, path in ((colleague, own), (admin, own), (member, platform)):
        await caller.get(path, 404)
        await caller.patch(path, {"name": "x"}, 404)
        assert (await caller.call("DELETE", path)).status_code == 404
        for action in ("test", "secret", "deliveries/1/retry"):
            await caller.post(f"{path}/{action}", status=404)
        await caller.get(f"{path}/deliveries", 404)
    assert [one["scope"] for one in (await admin.get(PATH))["items"]] == ["platform"]
    assert [one["scope"] for one in (await member.get(PATH))["items"]] == ["own"]
    await viewer.get(own, 404)
    assert (await viewer.get(PATH))["items"] == []
    await member.post(PATH, NEW | {"scope": "platform"}, 403)
    await viewer.post(PATH, NEW, 403)


async def test_a_delivery_of_another_channel_is_not_there(
    member: Caller, resources: Resources, receiver
) -> None:
    receiver.routes["/hook"] = answering(404)
    first = await made(member, target=receiver.url("/hook"))
    second = await made(member)
    failed = await member.post(f"{first}/test", status=202)
    await member.post(f"{first}/deliveries/{failed['id']}/retry", status=409)
    await sent(resources)
    await member.post(f"{second}/deliveries/{failed['id']}/retry", status=404)
    again = await member.post(f"{first}/deliveries/{failed['id']}/retry", status=202)
    assert (again["state"], again["attempts"], again["detail"]) == ("queued", 0, None)
    assert again["message_id"] == failed["message_id"]
    del receiver.routes["/hook"]
    await sent(resources)
    shown = await member.get(first)
    assert (shown["last_delivery"]["state"], shown["failures"]) == ("delivered", 0)


async def test_a_channel_that_keeps_failing_says_so_and_is_tried_with_the_next_message(
    member: Caller, resources: Resources, receiver
) -> None:
    receiver.routes["/hook"] = answering(404)
    path = await made(member, target=receiver.url("/hook"), lowest="info")
    for number in range(3):
        with resources.database.write() as unit:
            enqueue(unit, message(member.id, cause=f"late:execution:{number}"))
        await sent(resources)
    (shown,) = (await member.get(PATH))["items"]
    assert (shown["failures"], shown["is_failing"]) == (3, True)
    assert shown["last_delivery"]["detail"] == "The receiver refused it with 404."
    del receiver.routes["/hook"]
    with resources.database.write() as unit:
        enqueue(unit, message(member.id, cause="next"))
    await sent(resources)
    shown = await member.get(path)
    assert (shown["failures"], shown["is_failing"]) == (0, False)


async def test_deliveries_are_paged_without_gaps(member: Caller, resources: Resources) -> None:
    channel_id = make_channel(resources, member.id)
    for number in range(5):
        with resources.database.write() as unit:
            enqueue(unit, message(member.id, cause=f"c{number}"))
    path, seen, after = f"{PATH}/{channel_id}/deliveries", [], ""
    while True:
        page = await member.get(f"{path}?limit=2{after}")
        seen += [one["cause"] for one in page["items"]]
        if page["next_after"] is None:
            break
        after = f"&after={page['next_after']}"
    assert seen == ["c4", "c3", "c2", "c1", "c0"]


async def test_a_changed_address_is_called_and_keeps_the_secret(
    member: Caller, resources: Resources, receiver
) -> None:
    path = await made(member)
    changed = await member.patch(
        path, {"target": receiver.url("/moved"), "enabled": False, "language": "de"}
    )
    assert changed["hint"] == f"http://127.0.0.1:{receiver.port}"
    assert (changed["enabled"], changed["language"]) == (False, "de")
    await member.post(f"{path}/test", status=202)
    await sent(resources)
    assert receiver.posted[0].path == "/moved"
    assert "erprobt" in json.loads(receiver.posted[0].body)["data"]["text"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "pager"),
        ("kind", None),
        ("name", ""),
        ("name", "x" * 101),
        ("name", "nul\0"),
        ("target", "not an address"),
        ("target", "http://169.254.169.254/"),
        ("target", "http://10.0.0.1/"),
        ("target", "https://user:pw@example.org/"),
        ("target", 7),
        ("lowest", "loud"),
        ("language", "fr"),
        ("scope", "all"),
        ("owner_id", 1),
        ("failures", 0),
        ("secret", "whsec_own"),
        ("enabled", True),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_made(
    member: Caller, field: str, value: object
) -> None:
    answer = await member.post(PATH, NEW | {field: value}, 422)
    assert field in answer["errors"]
    assert (await member.get(PATH))["items"] == []


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "slack"}, {"scope": "platform"}, {"owner_id": 2}, {"secret": "x"}, {"id": 3}],
)
async def test_what_does_not_change_is_refused(member: Caller, body: dict) -> None:
    path = await made(member)
    before = await member.get(path)
    await member.patch(path, body, 422)
    assert await member.get(path) == before


@ON_ONE_DATABASE
async def test_mail_that_is_not_set_up_is_refused_in_words(member: Caller) -> None:
    answer = await member.post(PATH, NEW | {"kind": "email", "target": "a@example.org"}, 409)
    assert answer["code"] == "mail_not_configured"
    assert "ROUNDHOUSE_SMTP_URL" in answer["detail"]
    assert (await member.get(PATH))["mail_ready"] is False


@ON_ONE_DATABASE
async def test_only_webhooks_have_a_secret(member: Caller) -> None:
    channel = await member.post(PATH, NEW | {"kind": "slack"}, 201)
    assert channel["secret"] is None
    await member.post(f"{PATH}/{channel['id']}/secret", status=409)


@ON_ONE_DATABASE
async def test_nobody_has_channels_without_end(member: Caller, resources: Resources) -> None:
    for _ in range(MAX_CHANNELS):
        make_channel(resources, member.id)
    answer = await member.post(PATH, NEW, 409)
    assert answer["code"] == "too_many_channels"


@ON_ONE_DATABASE
async def test_what_is_done_stands_in_the_audit_log(member: Caller, resources: Resources) -> None:
    path = await made(member)
    await member.patch(path, {"name": "other"})
    await member.post(f"{path}/secret")
    await member.post(f"{path}/test", status=202)
    await member.call("DELETE", path)
    with resources.database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.action for one in entries if one.action.startswith("channel_")] == [
        "channel_created",
        "channel_changed",
        "channel_secret_renewed",
        "channel_tested",
        "channel_deleted",
    ]


async def test_a_deleted_channel_takes_what_it_was_to_send_with_it(
    member: Caller, resources: Resources, receiver
) -> None:
    path = await made(member, target=receiver.url("/hook"))
    await member.post(f"{path}/test", status=202)
    await member.call("DELETE", path)
    await sent(resources)
    assert receiver.posted == []
    with resources.database.read() as session:
        assert session.scalars(select(ChannelDelivery)).all() == []
