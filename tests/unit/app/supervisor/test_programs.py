"""Which programs the settings request."""

import socket
from pathlib import Path

import pytest

from app.settings import Settings
from app.supervisor import redis_server
from app.supervisor.programs import listening_problem, programs_for
from app.supervisor.redis_server import RedisMissingError, find_server, server_version
from harness.ports import free_port


def settings(home: Path, **variables: str) -> Settings:
    return Settings.from_env({"ROUNDHOUSE_HOME": str(home), **variables})


def test_one_host_runs_everything(tmp_path: Path):
    names = [program.name for program in programs_for(settings(tmp_path))]
    assert names == [
        "redis",
        "web",
        "clock",
        "federations",
        "worker-train-1",
        "worker-train-2",
        "worker-io-1",
        "worker-benchmarks-1",
    ]


def test_no_redis_is_started_where_one_is_configured(tmp_path: Path):
    programs = programs_for(settings(tmp_path, REDIS_URL="redis://host/0"))
    assert "redis" not in [program.name for program in programs]


def test_a_further_host_runs_workers_only(tmp_path: Path):
    requested = settings(tmp_path, ROUNDHOUSE_TRAIN_WORKERS="1")
    programs = programs_for(requested, ("workers",))
    assert [program.name for program in programs] == [
        "worker-train-1",
        "worker-io-1",
        "worker-benchmarks-1",
    ]


def test_redis_is_up_before_the_pages_and_the_pages_before_the_work(tmp_path: Path):
    stages = {program.name: program.stage for program in programs_for(settings(tmp_path))}
    assert stages["redis"] < stages["web"] < stages["clock"] == stages["worker-io-1"]


def test_training_processes_share_the_cores(tmp_path: Path):
    programs = programs_for(settings(tmp_path, ROUNDHOUSE_CORES="8"), ("workers",))
    threads = {program.name: program.environment["OMP_NUM_THREADS"] for program in programs}
    assert threads["worker-train-1"] == "4"
    assert threads["worker-io-1"] == "1"


def test_work_in_progress_has_the_time_to_reach_a_checkpoint(tmp_path: Path):
    programs = programs_for(settings(tmp_path, ROUNDHOUSE_STOP_SECONDS="33"), ("workers",))
    assert {program.patience for program in programs} == {33.0}


def test_a_taken_port_is_noticed(tmp_path: Path):
    port = str(free_port())
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(port)))
        other.listen()
        problem = listening_problem(settings(tmp_path, ROUNDHOUSE_PORT=port))
        assert problem is not None
        assert problem.startswith(f"Port {port} of 127.0.0.1 is taken: ")
    assert listening_problem(settings(tmp_path, ROUNDHOUSE_PORT=port)) is None


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_an_address_that_is_not_of_this_machine_is_named_as_that(tmp_path: Path, host: str):
    problem = listening_problem(settings(tmp_path, ROUNDHOUSE_HOST=host))
    assert problem is not None
    assert problem.startswith(f"ROUNDHOUSE_HOST is '{host}', but this machine has no such address")


def pretend_server(folder: Path, name: str, version: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0:0 bits=64'\n")
    program.chmod(0o755)
    return program


def test_a_server_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = pretend_server(tmp_path, "redis-server", "7.0.15")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == program
    assert server_version(program) == (7, 0, 15)


def test_valkey_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = pretend_server(tmp_path, "valkey-server", "8.1.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == program


def test_an_old_server_is_passed_over_for_the_one_in_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old = pretend_server(tmp_path, "redis-server", "6.0.16")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() != old
    assert server_version(find_server()) >= (6, 2)


def test_without_any_server_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "bundled_server", lambda: None)
    with pytest.raises(RedisMissingError, match="set REDIS_URL, or install redis-server"):
        find_server()
