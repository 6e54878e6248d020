"""A home whose disk is full or read-only, on a real file system of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.supervisor.child import ROOT

OWN_MOUNTS = ["unshare", "--map-root-user", "--mount"]
FILL = "mkdir -m 700 {folder}/home; cat /dev/zero > {folder}/big"
STATES = {
    "read-only": ("mount -o remount,ro {folder}", "Read-only file system", "it is read-only"),
    "full": (FILL, "No space left on device", "Full: 0.00 GB of 0.01 GB free."),
}
can_mount = subprocess.run([*OWN_MOUNTS, "true"], check=False, capture_output=True).returncode == 0
pytestmark = pytest.mark.skipif(not can_mount, reason="this user may not mount in a namespace")


def run(folder: Path, state: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with its home on a small disk in ``state``, seen by nobody else."""
    prepare = STATES[state][0].format(folder=folder)
    script = f"mount -t tmpfs -o size=8m tmpfs {folder}; {prepare}; exec $0 -m app {command}"
    environment = {"PATH": os.environ["PATH"], "ROUNDHOUSE_HOME": f"{folder}/home"}
    return subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", script, sys.executable],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["up", "migrate", "user list"])
@pytest.mark.parametrize("state", STATES)
def test_a_command_that_needs_the_disk_refuses_with_one_sentence(tmp_path, state, command):
    result = run(tmp_path, state, command)
    assert result.returncode == 2
    lines = [line for line in result.stderr.splitlines() if "cat: write error" not in line]
    assert len(lines) == 1
    assert f"Nothing can be written to {tmp_path}/home: {STATES[state][1]}." in lines[0]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", ["doctor", "status"])
def test_looking_at_the_installation_names_the_disk_as_failed(tmp_path, state, command):
    result = run(tmp_path, state, f"{command} --json")
    answer = json.loads(result.stdout)
    parts = {part["name"]: part for part in (answer["health"] if command == "status" else answer)}
    assert result.returncode == 1
    assert parts["disk"]["status"] == parts["storage"]["status"] == "failed"
    assert STATES[state][2] in parts["disk"]["detail"]
