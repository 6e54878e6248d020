"""The embedded Redis as the supervisor runs it."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.redis import connect
from app.settings import Settings
from app.supervisor.programs import programs_for
from tests.factories.supervised import Host, described_program


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"ROUNDHOUSE_HOME": str(tmp_path)})


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    (program,) = programs_for(settings, ("redis",))
    host = Host(settings.home, [described_program(program)])
    host.started("redis")
    yield host
    host.close()


def test_what_redis_took_survives_its_death(host: Host, settings: Settings):
    client = connect(settings)
    client.set("call", "42")
    old = host.pids()["redis"]
    os.kill(old, signal.SIGKILL)
    assert client.get("call") == b"42"
    assert host.restarted("redis", old) != old
    client.close()


def test_redis_listens_on_no_port_and_only_for_its_owner(host: Host, settings: Settings):
    client = connect(settings)
    client.ping()  # it is there from its first answer on
    client.close()
    connections = psutil.Process(host.pids()["redis"]).net_connections("inet")
    assert connections == []
    assert stat.S_IMODE(settings.redis_socket.stat().st_mode) == 0o700


def test_redis_refuses_rather_than_forgets(host: Host, settings: Settings):
    client = connect(settings)
    assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert client.config_get("appendonly")["appendonly"] == "yes"
    client.close()


def test_a_home_with_a_long_path_gets_a_short_socket(tmp_path: Path):
    home = tmp_path / ("long" * 30)
    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(home)})
    home.mkdir()
    (program,) = programs_for(settings, ("redis",))
    host = Host(home, [described_program(program)])
    host.started("redis")
    client = connect(settings)
    assert client.ping()
    client.close()
    host.stop()
    settings.redis_socket.parent.rmdir()
