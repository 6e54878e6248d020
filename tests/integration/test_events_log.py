"""Events are numbered in commit order, on both databases."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.db.engine import Database
from app.events import A_MINUTE, Event, Progress
from app.events.log import read_page
from app.events.retention import trim_finished_topics
from app.models import EventRow, Topic

pytestmark = pytest.mark.one_process


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    type: ClassVar[str] = "test_happened"
    number: int


@dataclass(frozen=True, kw_only=True)
class Moved(Progress):
    type: ClassVar[str] = "test_moved"
    number: int
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Grew(Progress):
    type: ClassVar[str] = "test_grew"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    number: int
    client_id: str | None = None


class RolledBack(Exception):
    pass


def publish(database: Database, topic: str, *events: Event) -> None:
    with database.write() as unit:
        for event in events:
            unit.publish(topic, event)


def seqs(database: Database, topic: str, after: int = 0, limit: int = 500) -> list[int]:
    with database.read() as session:
        return [event["seq"] for event in read_page(session, topic, after, limit).events]


def test_events_of_a_topic_are_numbered_from_one_without_holes(database: Database) -> None:
    publish(database, "run:1", Happened(number=1), Happened(number=2))
    publish(database, "run:2", Happened(number=1))
    publish(database, "run:1", Happened(number=3))
    assert seqs(database, "run:1") == [1, 2, 3]
    assert seqs(database, "run:2") == [1]


def test_a_rollback_takes_its_events_and_numbers_with_it(database: Database) -> None:
    publish(database, "run:1", Happened(number=1))
    try:
        with database.write() as unit:
            unit.publish("run:1", Happened(number=99))
            raise RolledBack
    except RolledBack:
        pass
    publish(database, "run:1", Happened(number=2))
    with database.read() as session:
        page = read_page(session, "run:1", 0)
    assert [event["data"]["number"] for event in page.events] == [1, 2]
    assert page.last_seq == 2


def test_a_page_says_whether_there_is_more(database: Database) -> None:
    publish(database, "run:1", *[Happened(number=i) for i in range(7)])
    with database.read() as session:
        first = read_page(session, "run:1", 0, 5)
        second = read_page(session, "run:1", 5, 5)
    assert (first.more, [e["seq"] for e in first.events]) == (True, [1, 2, 3, 4, 5])
    assert (second.more, [e["seq"] for e in second.events]) == (False, [6, 7])
    assert first.last_seq == second.last_seq == 7


def test_a_reader_beside_eight_writers_with_rollbacks_sees_every_number_once(
    database: Database,
) -> None:
    per_writer, writers = 40, 8
    committed = threading.Event()

    def write(name: int) -> None:
        for i in range(per_writer):
            try:
                with database.write() as unit:
                    unit.publish("run:1", Happened(number=name * 1000 + i))
                    if i % 4 == 3:
                        raise RolledBack
            except RolledBack:
                pass

    seen: list[int] = []

    def read() -> None:
        while True:
            finished = committed.is_set()
            with database.read() as session:
                page = read_page(session, "run:1", seen[-1] if seen else 0)
            seen.extend(event["seq"] for event in page.events)
            if finished and not page.events:
                return

    threads = [threading.Thread(target=write, args=(name,)) for name in range(writers)]
    reader = threading.Thread(target=read)
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    committed.set()
    reader.join()
    assert seen == list(range(1, per_writer * writers * 3 // 4 + 1))


def test_trimming_keeps_facts_and_the_newest_progress_and_names_the_holes(
    database: Database,
) -> None:
    publish(database, "run:1", Happened(number=1), *[Moved(number=i) for i in range(4)])
    publish(database, "run:1", Moved(number=9, client_id="a"), Happened(number=2))
    _finish_topic(database, "run:1")
    assert trim_finished_topics(database) == 1
    with database.read() as session:
        page = read_page(session, "run:1", 0)
    events = [(event["seq"], event["type"]) for event in page.events]
    assert events == [
        (1, "test_happened"),
        (4, "trimmed"),
        (5, "test_moved"),
        (6, "test_moved"),
        (7, "test_happened"),
    ]
    assert page.events[1]["data"] == {"first": 2, "last": 4}


def test_a_kind_that_is_kept_for_a_minute_goes_with_the_next_one_of_its_client(
    database: Database,
) -> None:
    publish(database, "run:1", Grew(number=1), Grew(number=2, client_id="a"), Moved(number=3))
    publish(database, "run:2", Grew(number=4))
    with database.write() as unit:
        unit.session.execute(update(EventRow).values(at=now() - timedelta(minutes=2)))
    publish(database, "run:1", Grew(number=5))
    publish(database, "run:1", Grew(number=6), Moved(number=7))
    with database.read() as session:
        rows = session.scalars(select(EventRow).order_by(EventRow.topic, EventRow.seq)).all()
    kept = [(row.topic, row.data["number"]) for row in rows]
    assert kept == [*(("run:1", number) for number in (2, 3, 5, 6, 7)), ("run:2", 4)]


def _finish_topic(database: Database, topic: str) -> None:
    with database.write() as unit:
        unit.session.get_one(Topic, topic).finished_at = now() - timedelta(minutes=5)


def test_the_doorbell_rings_after_the_commit_and_names_the_newest_number(
    database: Database, doorbell
) -> None:
    publish(database, "run:1", Happened(number=1), Happened(number=2))
    assert doorbell.topics == [{"run:1": 2}]
