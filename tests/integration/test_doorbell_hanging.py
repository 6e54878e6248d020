"""A Redis that hangs, which is worse than one that is away: connections to it open and stay open."""

import signal
import time
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from app.db.doorbell import Dispatch
from app.jobs.doorbell import RedisDoorbell
from app.redis import connect, connect_doorbell
from app.settings import Settings
from harness.eventually import eventually
from harness.redis_server import RedisServer

HELD_UP = 0.3  # seconds that one commit may wait
RINGS = 20


@pytest.fixture
def server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    assert server.process is not None
    server.process.send_signal(signal.SIGCONT)
    server.close()


@pytest.fixture
def settings(server: RedisServer) -> Settings:
    return Settings.from_env({"ROUNDHOUSE_HOME": str(server.home), "REDIS_URL": server.url})


def ring(bell: RedisDoorbell, name: str) -> float:
    began = time.monotonic()
    bell.ring({"run:1": 1}, [Dispatch(queue="io", job_id=1, dispatch_id=name)])
    return time.monotonic() - began


@pytest.mark.parametrize("is_known", [True, False])
def test_a_redis_that_hangs_holds_up_one_commit_for_a_moment_and_no_other(
    server: RedisServer, settings: Settings, *, is_known: bool
) -> None:
    bell = RedisDoorbell(connect_doorbell(settings))
    if is_known:
        ring(bell, "before")
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    with capture_logs():
        first, *others = (ring(bell, f"hanging-{number}") for number in range(RINGS))
        time.sleep(2.5)  # it has been looked at again, by nobody who waits
        others += [ring(bell, "later")]
        server.process.send_signal(signal.SIGCONT)
    assert first <= HELD_UP
    assert max(others) < 0.05
    with connect(settings) as client:
        eventually(
            lambda: ring(bell, f"again-{time.monotonic_ns()}") and client.llen("rq:queue:io")
        )
