"""Log files: rotated, private, shared by a worker and its children, and read back."""

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from app.errors import Invalid
from app.log import configure_logging
from app.log_files import log_files, read_log
from app.settings import Settings
from app.supervisor.child import ROOT
from tests.support.same_logging import same_logging


@contextmanager
def logging_to(home: Path, part: str = "web", **variables: str):
    """Log as the process ``part`` for a moment."""
    with same_logging():
        configure_logging(Settings.from_env({"ROUNDHOUSE_HOME": str(home), **variables}), part)
        yield structlog.get_logger("app.x")


def test_the_files_of_a_process_are_private_and_of_a_bounded_number_and_size(tmp_path):
    sizes = {"ROUNDHOUSE_LOG_FILE_SIZE": "2KB", "ROUNDHOUSE_LOG_FILE_COUNT": "3"}
    with logging_to(tmp_path / "home", **sizes) as log:
        for number in range(200):
            log.info("line", number=number)
    folder = tmp_path / "home" / "logs"
    files = sorted(path.name for path in folder.glob("web.log*"))
    assert files == ["web.log", "web.log.1", "web.log.2"]
    assert all(path.stat().st_size <= 2000 for path in folder.glob("web.log*"))
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700] * 2
    newest = [line.fields["number"] for line in read_log(tmp_path / "home", "web", 500, "debug")]
    assert newest == list(range(200 - len(newest), 200))


def test_the_newest_lines_of_a_level_are_read_with_their_fields_and_without_secrets(tmp_path):
    with logging_to(tmp_path) as log:
        for number in range(5):
            log.info("fine", number=number)
            log.warning("careful", number=number, password="hunter2")
        logging.getLogger("library").error("broke with Bearer abc.def")
    lines = read_log(tmp_path, "web", 3, "warning")
    assert [line.message for line in lines] == ["careful", "careful", "broke with Bearer ***"]
    assert lines[1].fields == {"number": 4, "password": "***"}
    assert (lines[2].logger, lines[2].level) == ("library", "error")
    assert "hunter2" not in (tmp_path / "logs" / "web.log").read_text()


def test_what_somebody_else_wrote_into_the_file_is_shown_without_secrets_too(tmp_path):
    (tmp_path / "logs").mkdir()
    text = 'Traceback: token rh_secretsecret\n[1]\n{"event": "x", "level": 7, "api_key": "k"}\n'
    (tmp_path / "logs" / "web.log").write_text(text)
    lines = read_log(tmp_path, "web", 10, "debug")
    assert [line.message for line in lines] == ["Traceback: token rh_***", "[1]", "x"]
    assert lines[2].fields == {"api_key": "***"}


@pytest.mark.parametrize("part", ["../web", "", "clock", "web.log"])
def test_only_the_logs_that_there_are_can_be_read(tmp_path, part):
    with logging_to(tmp_path) as log:
        log.info("x")
    (tmp_path / "web.log").write_text("not a log of ours")
    assert [file.name for file in log_files(tmp_path)] == ["web"]
    with pytest.raises(Invalid, match="the log files of this host are: web"):
        read_log(tmp_path, part, 10, "debug")


def test_no_line_is_lost_or_torn_when_processes_and_threads_rotate_one_file(tmp_path):
    sizes = {"ROUNDHOUSE_LOG_FILE_SIZE": "4KB", "ROUNDHOUSE_LOG_FILE_COUNT": "100"}
    with logging_to(tmp_path, **sizes) as log:
        pid = os.fork()
        who = "parent" if pid else "child"

        def write(thread: int) -> None:
            for number in range(100):
                log.info("line", who=who, thread=thread, number=number)

        threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)
    texts = [path.read_text() for path in (tmp_path / "logs").glob("web.log*")]
    every = [json.loads(line) for text in texts for line in text.splitlines()]
    lines = [line for line in every if line["logger"] == "app.x"]  # others may end late
    keys = {(line["who"], line["thread"], line["number"]) for line in lines}
    assert len(texts) > 5
    assert len(lines) == len(keys) == 600


FULL = """
import logging, sys
from pathlib import Path
import structlog
from app.log import configure_logging
from app.settings import Settings

configure_logging(Settings.from_env({"ROUNDHOUSE_HOME": sys.argv[1]}), "web")
for number in range(3000):
    structlog.get_logger("x").info("line", number=number, padding="x" * 100)
print("alive", logging.getLogger().handlers)
"""


def test_a_full_disk_costs_the_lines_and_ends_no_process(tmp_path):
    script = f"mount -t tmpfs -o size=64k tmpfs {tmp_path} && exec $0 -c '{FULL}' {tmp_path}"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, sys.executable],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr and done.returncode != 0:
        pytest.skip("this user may not mount in a namespace")
    assert (done.returncode, done.stdout[:5]) == (0, "alive")
    assert done.stderr.count("number=") == 3000
    assert "Traceback" not in done.stderr


def test_without_a_size_there_are_no_files(tmp_path):
    with logging_to(tmp_path / "home", ROUNDHOUSE_LOG_FILE_SIZE="0") as log:
        log.info("x")
    assert not (tmp_path / "home").exists()
