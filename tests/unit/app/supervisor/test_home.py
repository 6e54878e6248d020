"""The list of processes in the home."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from structlog.testing import capture_logs

from app.supervisor.child import ROOT
from app.supervisor.home import Home, prepare_home


def test_a_list_that_cannot_be_written_is_said_once_and_once_when_it_can_again(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    in_its_way = tmp_path / "supervisor.draft"
    in_its_way.mkdir()
    with capture_logs() as lines:
        for _ in range(3):
            home.write("http://127.0.0.1:1", [])
        in_its_way.rmdir()
        for _ in range(2):
            home.write("http://127.0.0.1:1", [])
    assert [line["event"] for line in lines] == [
        "the list of processes cannot be written",
        "the list of processes can be written again",
    ]
    assert home.read()["url"] == "http://127.0.0.1:1"


def test_what_a_command_makes_is_for_its_owner_alone_whoever_starts_it(tmp_path: Path) -> None:
    environment = os.environ | {"ROUNDHOUSE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "app", "migrate"]
    subprocess.run(command, cwd=ROOT, env=environment, umask=0, check=True, capture_output=True)
    made = list((tmp_path / "home").rglob("*"))
    assert any(path.suffix == ".db" for path in made)
    assert {oct(stat.S_IMODE(path.stat().st_mode) & 0o077) for path in made} == {"0o0"}


def test_a_home_takes_its_files_back_from_everybody_else(tmp_path: Path) -> None:
    names = ("roundhouse.db", "roundhouse.db-wal", "supervisor.json")
    for name in names:
        (tmp_path / name).touch(mode=0o644)
    prepare_home(tmp_path)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names} == {0o600}
