"""What the log says while a part is away."""

from itertools import pairwise

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import capture_logs

from app.db.engine import Database
from app.outage_speaker import SILENT_SECONDS, OutageSpeaker
from app.outages import (
    DATABASE,
    REDIS,
    SAID_ELSEWHERE,
    OutageLog,
    cause_of,
    names_of,
    outage_sentence,
    part_of,
    report_failure,
)
from app.settings import Settings

NOWHERE = "postgresql://ada:secret-word@127.0.0.1:1/runs"


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def settings(**variables: str) -> Settings:
    return Settings.from_env({"DATABASE_URL": NOWHERE, **variables})


def failure(url: str) -> SQLAlchemyError:
    database = Database(url, pool_size=1)
    with pytest.raises(SQLAlchemyError) as caught, database.read() as session:
        session.execute(text("SELECT 1"))
    database.close()
    return caught.value


def lines(seconds: int) -> list[str]:
    """Return what is logged when a part fails once a second for so long, and then answers."""
    clock = Clock()
    outages = OutageLog(names_of(settings()), clock)
    with capture_logs() as logged:
        for _ in range(seconds):
            outages.failed(DATABASE, "Connection refused")
            clock.at += 1
        outages.reachable(DATABASE)
        outages.reachable(DATABASE)
    return [entry["event"] for entry in logged]


def test_a_short_outage_is_two_lines():
    assert lines(3) == [
        "PostgreSQL at 127.0.0.1:1 is unreachable: Connection refused",
        "PostgreSQL at 127.0.0.1:1 is reachable again after 3 s, 3 attempts",
    ]


def test_a_long_outage_is_counted_less_and_less_often():
    said = lines(3600)
    assert said[1] == "PostgreSQL at 127.0.0.1:1 is still unreachable after 10 s, 11 attempts"
    assert said[-1].endswith("reachable again after 3600 s, 3600 attempts")
    assert len(said) < 70
    times = [int(line.split(" after ")[1].split(" s")[0]) for line in said[1:-1]]
    assert all(later - earlier >= 20 for earlier, later in pairwise(times))


def test_one_process_of_many_says_on_the_screen_that_a_part_is_away_and_back(tmp_path):
    clock = Clock()
    with capture_logs() as logged:
        processes = [OutageLog({}, clock, OutageSpeaker(tmp_path, clock, pid)) for pid in (1, 2, 3)]
        for _ in range(12):
            for one in processes:
                one.failed("sun", "clouds")
            clock.at += 1
        for one in processes:
            one.reachable("sun")
    assert len(logged) == 9
    assert [entry["event"] for entry in logged if not entry.get(SAID_ELSEWHERE)] == [
        "sun is unreachable: clouds",
        "sun is still unreachable after 10 s, 11 attempts",
        "sun is reachable again after 12 s, 12 attempts",
    ]


def test_another_process_speaks_after_the_one_that_spoke_is_silent(tmp_path):
    clock = Clock()
    first, second = (OutageSpeaker(tmp_path, clock, pid) for pid in (1, 2))
    assert (first.take("sun"), second.take("sun")) == (True, False)
    clock.at += SILENT_SECONDS
    assert (second.take("sun"), first.take("sun")) == (True, False)
    assert (first.release("sun"), second.release("sun")) == (False, True)
    assert first.take("sun")


def test_a_process_that_can_note_nothing_speaks_for_itself(tmp_path):
    speaker = OutageSpeaker(tmp_path / "missing")
    assert speaker.take("sun")


def test_a_failure_long_after_another_is_an_outage_of_its_own():
    clock = Clock()
    outages = OutageLog({}, clock)
    with capture_logs() as logged:
        for _ in range(2):
            outages.failed("sun", "clouds")
            clock.at += 1000
    assert [entry["event"] for entry in logged] == ["sun is unreachable: clouds"] * 2


def test_an_unreachable_database_is_named_by_host_and_cause_without_its_password():
    sentence = outage_sentence(settings(), failure(NOWHERE))
    assert sentence.startswith("PostgreSQL at 127.0.0.1:1 is unreachable: ")
    assert "refused" in sentence
    assert "\n" not in sentence
    assert "secret-word" not in sentence


def test_an_unreachable_redis_is_distinguished_from_the_database():
    client = Redis(port=1)
    with pytest.raises(RedisAway) as caught:
        client.ping()
    assert part_of(caught.value) == REDIS
    assert "refused" in cause_of(caught.value)
    names = names_of(settings(REDIS_URL="redis://:secret-word@cache:6380/0"))
    assert names[REDIS] == "Redis at cache:6380"


def test_a_statement_that_is_wrong_is_no_outage(database):
    with pytest.raises(SQLAlchemyError) as caught, database.read() as session:
        session.execute(text("SELECT 1 FROM nowhere"))
    assert part_of(caught.value) is None
    with capture_logs() as logged:
        report_failure(caught.value)
    assert logged[0]["event"] == "attempt failed"
    assert "nowhere" in logged[0]["cause"]


def test_the_same_refusal_is_one_line_a_minute():
    clock = Clock()
    outages = OutageLog({}, clock)
    with capture_logs() as logged:
        for _ in range(120):
            outages.refused("no such table: runs")
            clock.at += 1
    assert len(logged) == 2
