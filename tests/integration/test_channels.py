"""Messages on their way: queued in a commit, claimed by one worker, sent to real receivers."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.jobs import states
from app.models.channel import AlertChannel, ChannelDelivery
from app.models.job import Job
from app.models.user import User
from app.resources import Resources
from app.settings import Settings
from harness.ports import free_port
from services.channels.claims import claim_due, settle
from services.channels.outbox import enqueue
from services.channels.patience import MAX_ATTEMPTS, wait_seconds
from services.channels.perform import send_due
from services.channels.sending.outcome import delivered
from services.channels.topics import OUTBOX
from services.channels.types import ChannelPorts
from services.channels.upkeep import BATCH, LIFETIME, call_sender, sweep_deliveries
from tests.factories.channels import AT, make_channel, message
from tests.factories.people import make_user
from tests.support.receivers import LOOPBACK, answering, hanging, mail_server, web_receiver

pytestmark = pytest.mark.one_process


@pytest.fixture
def receiver():
    with web_receiver() as running:
        yield running


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(
        settings,
        channel_private_networks=LOOPBACK,
        mail_from="rh@example.org",
        channel_seconds=60.0,
    )


@pytest.fixture
def owner(resources: Resources) -> int:
    return make_user(resources.database).id


def queue(resources: Resources, owner_id: int | None, **values: Any) -> int:
    with resources.database.write() as unit:
        return enqueue(unit, message(owner_id, **values))


def ports_of(resources: Resources, **changes: Any) -> ChannelPorts:
    return ChannelPorts.of(resources.database, dataclasses.replace(resources.settings, **changes))


def send(resources: Resources, **changes: Any) -> int:
    return send_due(ports_of(resources, **changes), lambda: False)


def deliveries(resources: Resources) -> list[ChannelDelivery]:
    with resources.database.read() as session:
        return list(session.scalars(select(ChannelDelivery).order_by(ChannelDelivery.id)))


def only(resources: Resources) -> ChannelDelivery:
    (row,) = deliveries(resources)
    return row


def channel(resources: Resources, channel_id: int) -> AlertChannel:
    with resources.database.read() as session:
        return session.get_one(AlertChannel, channel_id)


def set_due(resources: Resources) -> None:
    """Let the time pass until every delivery is due, claimed or not."""
    with resources.database.write() as unit:
        unit.session.execute(update(ChannelDelivery).values(next_at=0.0))


def jobs(resources: Resources) -> list[Job]:
    with resources.database.read() as session:
        return list(session.scalars(select(Job).where(Job.subject == OUTBOX).order_by(Job.id)))


def test_a_message_goes_out_and_says_so(resources, owner, receiver) -> None:
    channel_id = make_channel(resources, owner, receiver.url("/hook"), failures=2)
    assert queue(resources, owner) == 1
    assert send(resources) == 1
    row = only(resources)
    assert (row.state, row.status, row.attempts) == ("delivered", 200, 1)
    assert receiver.posted[0].headers["webhook-id"] == f"msg_{row.message_id}"
    assert channel(resources, channel_id).failures == 0
    assert send(resources) == 0


def test_a_message_reaches_its_audience_alone(resources, owner, receiver) -> None:
    other = make_user(resources.database).id
    mine = make_channel(resources, owner, receiver.url("/mine"))
    make_channel(resources, other, receiver.url("/other"))
    make_channel(resources, owner, receiver.url("/off"), enabled=False)
    make_channel(resources, owner, receiver.url("/critical"), lowest="critical")
    platform = make_channel(resources, None, receiver.url("/platform"))
    assert queue(resources, owner) == 1
    assert queue(resources, None) == 1
    assert [row.channel_id for row in deliveries(resources)] == [mine, platform]


def test_nobody_who_left_is_written_to(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/mine"))
    with resources.database.write() as unit:
        unit.session.get_one(User, owner).is_active = False
    assert queue(resources, owner) == 0


def test_a_message_is_queued_once(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    assert [queue(resources, owner) for _ in range(3)] == [1, 0, 0]
    assert queue(resources, owner, phase="recovered") == 1
    assert queue(resources, owner, at=AT + timedelta(hours=1)) == 1
    assert len(deliveries(resources)) == 3


def test_many_messages_of_one_commit_call_one_worker(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    with resources.database.write() as unit:
        for number in range(20):
            enqueue(unit, message(owner, cause=f"late:execution:{number}"))
    assert len(jobs(resources)) == 1


def test_what_is_rolled_back_is_not_sent(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    with pytest.raises(ZeroDivisionError), resources.database.write() as unit:
        enqueue(unit, message(owner))
        raise ZeroDivisionError
    assert deliveries(resources) == []
    assert jobs(resources) == []


def test_secrets_in_a_text_do_not_leave(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner, text="postgresql://rh:hunter22@db/x failed, token=abc123def")
    send(resources)
    assert b"hunter22" not in receiver.posted[0].body
    assert b"abc123def" not in receiver.posted[0].body


def test_a_failure_that_may_pass_is_tried_again_with_the_same_id(
    resources, owner, receiver
) -> None:
    channel_id = make_channel(resources, owner, receiver.url("/hook"))
    receiver.routes["/hook"] = answering(503)
    queue(resources, owner)
    assert send(resources) == 1
    row = only(resources)
    assert (row.state, row.attempts, row.status) == ("queued", 1, 503)
    assert channel(resources, channel_id).failures == 1
    del receiver.routes["/hook"]
    set_due(resources)
    assert send(resources) == 1
    assert (only(resources).state, only(resources).attempts) == ("delivered", 2)
    assert len({one.headers["webhook-id"] for one in receiver.posted}) == 1


def test_a_receiver_that_throttles_holds_all_messages_of_its_channel(
    resources, owner, receiver
) -> None:
    make_channel(resources, owner, receiver.url("/busy"))
    make_channel(resources, owner, receiver.url("/free"))
    receiver.routes["/busy"] = answering(429, Retry_After="600")
    for number in range(3):
        queue(resources, owner, cause=f"late:execution:{number}")
    send(resources)
    paths = [one.path for one in receiver.posted]
    assert (paths.count("/busy"), paths.count("/free")) == (1, 3)
    waiting = [row for row in deliveries(resources) if row.state == "queued"]
    assert len(waiting) == 3
    assert min(row.next_at for row in waiting) > now().timestamp() + 500


def test_what_stays_wrong_fails_at_once(resources, owner, receiver) -> None:
    channel_id = make_channel(resources, owner, receiver.url("/hook"))
    receiver.routes["/hook"] = answering(404)
    queue(resources, owner)
    send(resources)
    row = only(resources)
    assert (row.state, row.attempts, row.status) == ("failed", 1, 404)
    assert row.finished_at is not None
    assert channel(resources, channel_id).failures == 1


def test_nothing_is_tried_forever(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    receiver.routes["/hook"] = answering(500)
    queue(resources, owner)
    for _ in range(MAX_ATTEMPTS + 2):
        set_due(resources)
        send(resources)
    assert (only(resources).state, only(resources).attempts) == ("failed", MAX_ATTEMPTS)
    assert len(receiver.posted) == MAX_ATTEMPTS


def test_a_receiver_that_is_away_and_one_that_hangs_are_said_apart(
    resources, owner, receiver
) -> None:
    release = threading.Event()
    receiver.routes["/hang"] = hanging(release)
    make_channel(resources, owner, f"http://127.0.0.1:{free_port()}/closed")
    make_channel(resources, owner, receiver.url("/hang"))
    queue(resources, owner)
    send(resources, channel_seconds=0.5)
    release.set()
    closed, hung = deliveries(resources)
    assert (closed.state, hung.state) == ("queued", "queued")
    assert "not reached" in (closed.detail or "")
    assert "in time" in (hung.detail or "")


def test_a_setting_that_changed_shuts_an_address_that_was_allowed(
    resources, owner, receiver
) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner)
    send(resources, channel_private_networks=())
    assert only(resources).state == "failed"
    assert "ROUNDHOUSE_CHANNEL_PRIVATE_NETWORKS" in (only(resources).detail or "")
    assert receiver.posted == []


def test_a_channel_of_another_home_is_refused_in_words(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner)
    (resources.settings.home / "channels.secret").unlink()
    send(resources)
    assert only(resources).state == "failed"
    assert "channels.secret" in (only(resources).detail or "")


def test_what_was_switched_off_meanwhile_is_not_sent(resources, owner, receiver) -> None:
    channel_id = make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner)
    with resources.database.write() as unit:
        unit.session.get_one(AlertChannel, channel_id).enabled = False
    send(resources)
    assert only(resources).state == "failed"
    assert receiver.posted == []


def test_mail_goes_through_the_server_of_the_settings(resources, owner) -> None:
    make_channel(resources, owner, "ops@example.org", kind="email", language="de")
    queue(resources, owner)
    with mail_server() as mailbox:
        send(resources, smtp_url=f"smtp://127.0.0.1:{mailbox.port}?tls=none")
    assert (only(resources).state, only(resources).status) == ("delivered", 250)
    assert f"msg_{only(resources).message_id}@example.org".encode() in mailbox.mails[0]


def test_mail_without_a_server_says_what_is_missing(resources, owner) -> None:
    make_channel(resources, owner, "ops@example.org", kind="email")
    queue(resources, owner)
    send(resources)
    assert only(resources).state == "failed"
    assert "ROUNDHOUSE_SMTP_URL" in (only(resources).detail or "")


def test_two_workers_at_once_send_each_message_once(resources, owner, receiver) -> None:
    for number in range(6):
        make_channel(resources, owner, receiver.url(f"/{number}"))
    for number in range(5):
        queue(resources, owner, cause=f"late:execution:{number}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: send(resources), range(4)))
    send(resources)
    ids = [one.headers["webhook-id"] for one in receiver.posted]
    assert len(ids) == len(set(ids)) == 30
    assert {row.state for row in deliveries(resources)} == {"delivered"}
    assert {row.attempts for row in deliveries(resources)} == {1}


def test_a_worker_that_is_killed_before_it_wrote_sends_again_with_the_same_id(
    resources, owner, receiver
) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner)
    process = worker_process(resources)
    receiver.routes["/hook"] = lambda _: process.kill()
    assert process.wait(60) == -signal.SIGKILL
    assert (only(resources).state, only(resources).attempts) == ("queued", 1)
    assert send(resources) == 0  # the claim of the dead one is not over yet
    set_due(resources)
    del receiver.routes["/hook"]
    assert send(resources) == 1
    first, second = receiver.posted
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert (only(resources).state, only(resources).attempts) == ("delivered", 2)


def test_a_message_at_which_workers_die_is_given_up_and_holds_up_no_other(
    resources, owner, receiver
) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner, cause="deadly")
    queue(resources, owner, cause="harmless")
    with resources.database.write() as unit:
        deadly = ChannelDelivery.cause == "deadly"
        unit.session.execute(update(ChannelDelivery).where(deadly).values(attempts=MAX_ATTEMPTS))
    send(resources)
    assert [row.state for row in deliveries(resources)] == ["failed", "delivered"]


def worker_process(resources: Resources) -> subprocess.Popen[bytes]:
    """Start another process that sends what is due."""
    code = (
        "import os; from app.resources import open_resources; from app.settings import Settings;"
        "from services.channels.perform import send_due;"
        "from services.channels.types import ChannelPorts;"
        "here = open_resources(Settings.from_env(os.environ), {});"
        "send_due(ChannelPorts.of(here.database, here.settings), lambda: False)"
    )
    environment = os.environ | resources.settings.environment()
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


def test_a_claim_that_was_lost_changes_nothing(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    queue(resources, owner)
    (late,) = claim_due(resources.database, "late", limit=8, lease_s=60)
    assert claim_due(resources.database, "early", limit=8, lease_s=60) == []
    set_due(resources)
    (current,) = claim_due(resources.database, "current", limit=8, lease_s=60)
    assert settle(resources.database, late, delivered("Accepted.", 200)) is False
    assert settle(resources.database, current, delivered("Accepted.", 200)) is True
    assert settle(resources.database, current, delivered("Accepted.", 200)) is False


def test_the_clock_calls_a_worker_for_what_is_due_and_only_then(resources, owner, receiver) -> None:
    make_channel(resources, owner, receiver.url("/hook"))
    call_sender(resources.database)
    assert jobs(resources) == []
    queue(resources, owner)
    call_sender(resources.database)
    (job,) = jobs(resources)
    with resources.database.write() as unit:
        unit.session.execute(update(Job).values(state=states.SUCCEEDED))
    call_sender(resources.database)
    call_sender(resources.database)
    assert len(jobs(resources)) == 2
    send(resources)
    with resources.database.write() as unit:
        unit.session.execute(update(Job).values(state=states.SUCCEEDED))
    call_sender(resources.database)
    assert len(jobs(resources)) == 2
    assert job.owner_id is None


def test_what_is_long_over_is_swept_and_what_waits_stays(resources, owner, receiver) -> None:
    channel_id = make_channel(resources, owner, receiver.url("/hook"))
    old, values = now() - LIFETIME - timedelta(days=1), []
    for number in range(BATCH + 3):
        state = "queued" if number < 2 else "delivered"
        values.append(
            ChannelDelivery(
                channel_id=channel_id,
                message_id=f"{number}",
                cause=f"{number}",
                phase="raised",
                severity="info",
                title="t",
                text="t",
                href="/",
                at=old,
                state=state,
                attempts=1,
                next_at=0.0,
                created_at=old,
                finished_at=None if state == "queued" else old,
            )
        )
    with resources.database.write() as unit:
        unit.session.add_all(values)
    assert sweep_deliveries(resources.database) == BATCH + 1
    assert [row.cause for row in deliveries(resources)] == ["0", "1"]


def test_waits_double_up_to_an_hour_and_honour_the_receiver_up_to_a_day() -> None:
    waits = [wait_seconds(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert all(10 * 2**n <= wait <= 10 * 2**n + 5 for n, wait in enumerate(waits[:8]))
    assert max(waits) <= 3605
    assert sum(waits) > 3.4 * 3600
    assert wait_seconds(1, 7200) == 7200
    assert wait_seconds(1, 1e12) == 86_400
