"""The demo as a script runs it: from nothing to a trained model, and nothing left."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.supervisor.child import ROOT
from harness.eventually import eventually
from harness.ports import free_port
from tests.factories.supervised import alive

pytestmark = pytest.mark.full

RUNNING = ("supervisor", "redis", "web", "clock", "worker-train-1", "worker-io-1")


def environment(folder: Path) -> dict[str, str]:
    own = {"TMPDIR": str(folder), "ROUNDHOUSE_TRAIN_WORKERS": "1", "ROUNDHOUSE_LOG_LEVEL": "error"}
    # beside other tests, threads that share one training wait for each other at full speed
    return {**os.environ, **own, "ROUNDHOUSE_CORES": "1"}


def demo(folder: Path, *words: str, **own: str) -> tuple[dict[str, Any], str]:
    """Run a demo to its end; return the JSON that it prints, and what it says beside."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", *words, "--exit", "--json"],
        cwd=ROOT,
        env=environment(folder) | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture
def folder():
    # In a path short enough for a socket, whatever pytest's own folder is called.
    with tempfile.TemporaryDirectory(prefix="rh-demo-") as name:
        yield Path(name)


def test_the_demo_trains_says_how_it_went_and_leaves_nothing(folder: Path):
    outcome, _ = demo(folder)
    assert outcome.keys() == {"run_id", "status", "rounds", "accuracy", "seconds", "url"}
    assert (outcome["status"], outcome["rounds"]) == ("completed", 10)
    assert outcome["accuracy"] >= 0.95
    assert not list(folder.glob("roundhouse-*"))


@pytest.mark.timeout(900)  # half a minute alone, and several where others train beside it
def test_the_demo_of_a_forecast_trains_models_that_beat_seasonal_naive(folder: Path):
    outcome, _ = demo(folder, "forecast")
    assert outcome.keys() == {"session_id", "n_dat", "models", "best", "seconds"}
    assert [model["name"] for model in outcome["models"]] == ["LIN", "LGBMR", "Dense"]
    assert all(model["skill"] > 0.3 and model["mase_seasonal"] < 1 for model in outcome["models"])
    assert outcome["best"] == max(outcome["models"], key=lambda model: model["skill"])["name"]


@pytest.mark.timeout(600)  # fifteen seconds alone
def test_the_demo_of_a_bias_finds_what_was_put_in(folder: Path):
    outcome, _ = demo(folder, "bias", ROUNDHOUSE_TRAIN_WORKERS="0")
    assert outcome.keys() == {
        "run_id", "items", "failed", "largest_effect", "group", "q", "calibrated", "seconds",
    }  # fmt: skip
    assert (outcome["items"], outcome["failed"], outcome["group"]) == (1200, 0, "gender: female")
    assert outcome["largest_effect"] == pytest.approx(0.8, abs=0.3)
    assert outcome["q"] < 0.05
    assert not list(folder.glob("roundhouse-*"))


@pytest.mark.timeout(600)  # twenty seconds alone
def test_the_demo_of_a_schedule_fails_once_and_recovers(folder: Path):
    outcome, said = demo(folder, "schedule")
    assert outcome.keys() == {"executions", "failed", "recovered", "seconds"}
    assert (outcome["executions"], outcome["failed"], outcome["recovered"]) == (2, 1, 1)
    assert "Execution 1: failed." in said
    assert "Execution 2: succeeded." in said
    assert not list(folder.glob("roundhouse-*"))


def test_status_lists_what_runs_and_ctrl_c_ends_all_of_it(folder: Path):
    own = {"ROUNDHOUSE_HOME": str(folder / "home"), "ROUNDHOUSE_PORT": str(free_port())}
    platform = subprocess.Popen(
        [sys.executable, "-m", "app", "up", "--quiet"],
        cwd=ROOT,
        env={**environment(folder), **own},
    )
    try:
        status = {}

        def is_well() -> bool:
            status.update(_status(environment(folder) | own))
            return all(part["status"] == "ok" for part in status["health"])

        eventually(is_well, seconds=240, every=2.0)  # each look is a process
        assert {entry["name"] for entry in status["processes"]} >= set(RUNNING)
        pids = [entry["pid"] for entry in status["processes"]]
        assert _listening(pids) == {("127.0.0.1", int(own["ROUNDHOUSE_PORT"]))}
        platform.send_signal(signal.SIGINT)
        assert platform.wait() == 0
        assert alive(pids) == []
    finally:
        platform.kill()
        platform.wait()


def _status(environ: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    command = [sys.executable, "-m", "app", "status", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    answer: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return answer


def _listening(pids: list[int]) -> set[tuple[str, int]]:
    """Return every network address on which the processes listen."""
    return {
        (connection.laddr.ip, connection.laddr.port)
        for pid in pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
