"""One message per cause: with two clocks at once, after a restart, muted; and the brake."""

import multiprocessing
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.metrics.minutes import MinuteCounts
from app.models.alert import Alert, AlertEvent
from app.models.audit import AuditEntry
from app.models.flag import Flag
from app.resources import Resources
from services.alerts import record
from services.alerts.evaluate import KEPT, evaluate, forget_alerts
from services.alerts.mute import mute_alert, unmute_alert
from services.channels.message import Message
from tests.factories.alerts import executions, history, look, stored
from tests.factories.overview import make_schedule
from tests.factories.people import actor_for, make_user

FORK = multiprocessing.get_context("fork")
CAUSES = 30


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """The messages that went to the outbox, which two channels of everybody take."""
    messages: list[Message] = []

    def enqueue(_: UnitOfWork, message: Message) -> int:
        messages.append(message)
        return 2

    monkeypatch.setattr(record, "enqueue", enqueue)
    return messages


def be_a_clock(url: str, redis_url: str) -> None:
    evaluate(Database(url), MinuteCounts(Redis.from_url(redis_url)))


def test_two_clocks_at_once_send_each_message_once(resources: Resources) -> None:
    owner = make_user(resources.database).id
    for _ in range(CAUSES):
        make_schedule(resources, owner, state="cooling_off")
    url = resources.database.engine.url.render_as_string(hide_password=False)
    clocks = [
        FORK.Process(target=be_a_clock, args=(url, resources.settings.redis_url)) for _ in range(2)
    ]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(60)
        assert clock.exitcode == 0
    with resources.database.read() as session:
        raised = select(func.count()).where(AlertEvent.type == "raised")
        assert session.scalar(raised) == CAUSES
        assert session.scalar(select(func.count()).select_from(Alert)) == CAUSES
    assert look(resources) == 0  # nor does a clock that was started again


def test_a_message_stands_alone_and_says_what_to_do(
    resources: Resources, sent: list[Message]
) -> None:
    owner = make_user(resources.database).id
    number = make_schedule(resources, owner, state="needs_intervention", name="Nightly", failures=3)
    at = now()
    look(resources, at)
    (message,) = sent
    assert (message.owner_id, message.cause) == (owner, f"circuit_open:schedule:{number}")
    assert (message.phase, message.severity, message.at) == ("raised", "critical", at)
    assert (message.title, message.href) == ("Nightly needs you", f"/schedules/{number}")
    assert message.text == (
        "It failed 3 times in a row and stands still until it is reset. Look at its last execution."
    )
    assert stored(resources, "circuit_open")[0].carried_by == 2


def test_a_mute_is_silent_and_ends_by_itself(resources: Resources, sent: list[Message]) -> None:
    user = make_user(resources.database)
    make_schedule(resources, user.id, state="cooling_off")
    at = now()
    look(resources, at)
    (alert,) = stored(resources, "circuit_open")
    until = at + timedelta(hours=8)
    mute_alert(resources.database, actor_for(user), str(alert.id), until=until, reason="known")
    assert look(resources, at + timedelta(hours=7)) == 0
    assert look(resources, until) == 1
    assert [one.phase for one in sent] == ["raised", "reminder"]
    unmute_alert(resources.database, actor_for(user), str(alert.id))
    unmute_alert(resources.database, actor_for(user), str(alert.id))
    assert history(resources, "circuit_open") == ["raised", "muted", "reminder", "unmuted"]
    assert {"alert_muted", "alert_unmuted"} <= audited(resources)


def audited(resources: Resources) -> set[str]:
    with resources.database.read() as session:
        return set(session.scalars(select(AuditEntry.action)))


def roll_out(resources: Resources, **percents: int) -> None:
    with resources.database.write() as unit:
        for name, percent in percents.items():
            flag = f"kind.{name.replace('_', '.')}"
            unit.session.add(Flag(name=flag, percent=percent, reason="", changed_at=now()))


def percents(resources: Resources) -> dict[str, int]:
    with resources.database.read() as session:
        return dict(session.execute(select(Flag.name, Flag.percent)).tuples().all())


def test_an_alert_of_a_kind_brakes_the_roll_out_of_that_kind(
    resources: Resources, sent: list[Message]
) -> None:
    owner = make_user(resources.database).id
    executions(resources, owner, 2, 40)  # 5 % of all, which is not too much
    roll_out(resources, site_analyse=25, dataset_refresh=25)
    look(resources)
    assert percents(resources) == {"kind.site.analyse": 25, "kind.dataset.refresh": 25}
    executions(resources, owner, 1, 1, kind="token.check")
    executions(resources, owner, 0, 40, kind="token.check")
    executions(resources, owner, 1, 1)
    look(resources)
    assert percents(resources) == {"kind.site.analyse": 0, "kind.dataset.refresh": 25}
    assert sent[0].text.startswith("92.7 % of 41 executions succeeded within 24 hours; ")
    assert "The roll-out of kind.site.analyse was stopped." in sent[0].text
    assert "flag_braked" in audited(resources)
    executions(resources, owner, 1, 1)
    look(resources)  # other words, and still what it stopped
    (alert,) = [one for one in stored(resources, "task_success") if one.braked]
    assert alert.detail.endswith("The roll-out of kind.site.analyse was stopped.")


def test_an_alert_of_the_platform_brakes_all_roll_outs_and_nothing_that_is_on_for_all(
    resources: Resources,
) -> None:
    owner = make_user(resources.database).id
    executions(resources, owner, 5, 20, kind="token.check")
    roll_out(resources, site_analyse=25, dataset_refresh=100, training_run=0)
    look(resources)
    assert percents(resources) == {
        "kind.site.analyse": 0,
        "kind.dataset.refresh": 100,
        "kind.training.run": 0,
    }
    with resources.database.read() as session:
        reason = select(Flag.reason).where(Flag.name == "kind.site.analyse")
        assert session.scalar(reason) == "Alert: Too many executions fail"


def test_a_look_that_began_before_the_alert_moved_changes_nothing(resources: Resources) -> None:
    owner = make_user(resources.database).id
    make_schedule(resources, owner, state="cooling_off")
    at = now()
    assert look(resources, at) == 1
    with resources.database.write() as unit:
        moved = update(Alert).values(state="recovered", state_at=at + timedelta(seconds=2))
        unit.session.execute(moved)
    assert look(resources, at + timedelta(seconds=1)) == 0
    assert look(resources, at + timedelta(seconds=3)) == 1


def test_what_is_long_over_is_forgotten_and_what_fires_is_not(resources: Resources) -> None:
    owner = make_user(resources.database).id
    make_schedule(resources, owner, state="cooling_off")
    look(resources)
    later = now() + KEPT + timedelta(days=1)
    assert forget_alerts(resources.database, later) == 1  # its history
    assert len(stored(resources, "circuit_open")) == 1
