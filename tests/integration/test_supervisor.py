"""The supervisor against real processes and real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.supervisor.child import ROOT
from harness.eventually import eventually
from tests.factories.supervised import (
    LEAVES,
    SLEEP,
    STUBBORN,
    Host,
    alive,
    beats,
    ignores_term,
    notes_its_end,
    python,
)

StartHost = Callable[..., Host]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartHost]:
    hosts: list[Host] = []

    def _start(*programs: dict[str, Any]) -> Host:
        hosts.append(Host(tmp_path / "home", programs))
        return hosts[-1]

    yield _start
    for host in hosts:
        host.close()


def test_nothing_survives_a_killed_supervisor(start: StartHost):
    host = start(python("one", SLEEP), python("stubborn", STUBBORN, stage=1))
    pids = host.started("one", "stubborn")
    host.stop(signal.SIGKILL)
    assert eventually(lambda: not alive(list(pids.values())))


def test_a_killed_child_comes_back(start: StartHost):
    host = start(python("one", SLEEP), python("other", SLEEP))
    pids = host.started("one", "other")
    os.kill(pids["one"], signal.SIGKILL)
    again = host.restarted("one", pids["one"])
    assert alive([again, pids["other"]]) == [again, pids["other"]]


def test_a_child_that_hangs_is_replaced_and_one_that_need_not_beat_is_left_alone(start: StartHost):
    host = start(beats("one", silence=2.0), beats("other", silence=2.0), python("mute", SLEEP))
    pids = host.started("one", "other", "mute")
    time.sleep(2.0)  # both have beaten
    os.kill(pids["one"], signal.SIGSTOP)
    again = host.restarted("one", pids["one"])
    assert alive([again, pids["other"], pids["mute"]]) == [again, pids["other"], pids["mute"]]


def test_a_child_that_hangs_in_its_start_is_replaced_and_one_that_says_so_is_not(start: StartHost):
    waits = "import time\nfrom app import pulse\nwhile True: pulse.say_starting(); time.sleep(0.1)"
    limit = {"start_silence": 3.0}
    host = start(python("stuck", SLEEP) | limit, python("waiting", waits) | limit)
    pids = host.started("stuck", "waiting")
    host.restarted("stuck", pids["stuck"])
    assert host.pids()["waiting"] == pids["waiting"]


def test_a_pause_of_everybody_replaces_nobody(start: StartHost):
    host = start(beats("one", silence=2.0), beats("other", silence=2.0))
    pids = host.started("one", "other")
    time.sleep(2.0)
    everybody = [host.process.pid, *pids.values()]
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in everybody:
            os.kill(pid, number)
        time.sleep(6.0)
    assert host.pids() == pids


def test_it_is_written_down_how_a_child_ended(start: StartHost):
    host = start(python("one", SLEEP), python("leaver", "import sys; sys.exit(3)"))
    pids = host.started("one")
    os.kill(pids["one"], signal.SIGKILL)
    host.restarted("one", pids["one"])
    eventually(lambda: host.restarts("leaver") >= 1)
    endings = {entry["name"]: entry["last_ending"] for entry in host.home.read()["processes"]}
    assert (endings["one"]["signal"], endings["one"]["status"]) == ("SIGKILL", None)
    assert "leaver" not in endings or endings["leaver"]["status"] == 3


def test_a_child_that_leaves_with_status_0_comes_back_again_and_again(start: StartHost):
    host = start(python("leaver", LEAVES))
    host.started()
    assert eventually(lambda: host.restarts("leaver") >= 3)


def test_stopping_goes_through_the_stages_backwards(start: StartHost, tmp_path: Path):
    notes = tmp_path / "notes"
    names = ["redis", "web", "worker"]
    host = start(*(notes_its_end(name, notes, stage) for stage, name in enumerate(names)))
    host.started(*names)
    ready = tmp_path / "notes.ready"
    eventually(lambda: ready.exists() and len(ready.read_text()) == len(names))
    assert host.stop() == 0
    assert notes.read_text().split() == ["worker", "web", "redis"]


def test_a_child_that_does_not_stop_is_killed(start: StartHost):
    host = start(python("stubborn", STUBBORN, patience=0.5))
    pids = host.started("stubborn")
    eventually(lambda: ignores_term(pids["stubborn"]))
    assert host.stop() == 0
    assert not alive(list(pids.values()))


def test_a_second_supervisor_on_the_same_home_is_refused(start: StartHost):
    first = start(python("one", SLEEP))
    first.started("one")
    second = start(python("one", SLEEP))
    _, complaint = second.process.communicate(timeout=300)
    assert second.process.returncode == 1
    assert f"running already (process {first.process.pid})" in complaint
    assert alive([first.process.pid])


def test_the_home_of_a_killed_supervisor_can_be_taken_over(start: StartHost):
    first = start(python("one", STUBBORN))
    old = first.started("one")
    first.stop(signal.SIGKILL)
    second = start(python("one", SLEEP))
    second.restarted("one", old["one"])
    assert not alive([old["one"]])


def test_a_stopped_supervisor_leaves_no_list_of_processes(start: StartHost):
    host = start(python("one", SLEEP))
    host.started("one")
    assert host.home.is_running()
    host.stop()
    assert not host.home.is_running()
    assert host.home.read() == {}


def test_a_child_whose_parent_is_gone_does_not_start(tmp_path: Path):
    marker = tmp_path / "started"
    stranger = str(os.getppid())  # not the parent of what is started here
    command = ["-m", "app.supervisor.launch", stranger, "touch", str(marker)]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, check=False)
    assert done.returncode == 1
    assert not marker.exists()


def test_a_missing_program_is_named():
    command = ["-m", "app.supervisor.launch", str(os.getpid()), "no-such-program"]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.stderr == "no-such-program cannot be started: No such file or directory\n"
