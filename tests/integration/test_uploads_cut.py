"""Uploads over real connections that break, to a real web process that is killed."""

import hashlib
import json
import random
import secrets
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.upload import StoredUpload
from app.settings import Settings
from harness.ports import free_port
from harness.site import Site
from harness.uploads import TusSender, seconds_until_taken_over, send_with_cuts
from services.uploads.types import UploadLimits
from tests.factories.live_player import LivePlayer
from tests.factories.upload_cases import CASES

NODE = Path(sys.executable).with_name("node")
SCRIPT = Path(__file__).parents[2] / "harness" / "tus_client.cjs"
KILLED = [one for one in CASES["sequences"] if "restart" in one.get("needs", [])]


@pytest.fixture(scope="module")
def site(tmp_path_factory, sqlite_template, redis_socket):
    home = tmp_path_factory.mktemp(f"uploads-{secrets.token_hex(3)}")
    shutil.copy(sqlite_template, home / "roundhouse.db")
    site = Site(
        Settings.from_env(
            {
                "ROUNDHOUSE_HOME": str(home),
                "ROUNDHOUSE_PORT": str(free_port()),
                "REDIS_URL": f"unix://{redis_socket}?db=5",
            }
        )
    )
    site.web.start()
    yield site
    site.close()


@pytest.fixture
def sender(site: Site) -> TusSender:
    return TusSender(site.web, site.token(site.user()))


def test_a_file_that_is_cut_at_random_bytes_arrives_whole(sender):
    seed = random.randrange(1 << 32)
    draw = random.Random(seed)
    data = draw.randbytes(6 << 20)
    cuts = ["closed", "reset", "killed", "reset", "closed"]
    path = send_with_cuts(sender, data, cuts, draw)
    shown = sender.shown(path)
    assert shown["sha256"] == hashlib.sha256(data).hexdigest(), f"seed {seed}"


def test_a_sender_that_falls_silent_is_replaced(sender):
    """How soon is measured by `bench/uploads.py`: after ``stall_seconds`` and a moment."""
    data = random.randbytes(1 << 20)
    path = sender.begin(len(data))
    assert seconds_until_taken_over(sender, path, data) > 0
    assert UploadLimits.stall_seconds < 5
    assert sender.shown(path)["sha256"] == hashlib.sha256(data).hexdigest()


def run_client(
    site: Site, token: str, folder: Path, file: Path, **more
) -> subprocess.CompletedProcess:
    options = {
        "endpoint": f"{site.url}/api/uploads",
        "token": token,
        "file": str(file),
        "storage": str(folder / "urls.json"),
        "chunkSize": 500_000,
        **more,
    }
    command = [NODE, SCRIPT]
    return subprocess.run(
        command,
        check=False,
        input=json.dumps(options),
        capture_output=True,
        text=True,
        timeout=200,
    )


@pytest.mark.full
def test_tus_js_client_goes_on_after_a_reload_and_a_dead_web_process(site, sender, tmp_path):
    file = tmp_path / "load.csv"
    file.write_bytes(data := random.randbytes(4 << 20))
    first = run_client(site, sender.token, tmp_path, file, stopAfter=1_000_000)
    assert first.returncode == 3, first.stderr
    site.web.kill()
    with ThreadPoolExecutor(1) as pool:
        going_on = pool.submit(run_client, site, sender.token, tmp_path, file)
        site.web.start()  # not in that thread: a child dies with the thread that started it
        second = going_on.result()
    assert second.returncode == 0, second.stderr
    path = second.stdout.strip().removeprefix(site.url)
    shown = sender.shown(path)
    assert (shown["filename"], shown["state"]) == ("load.csv", "finished")
    assert shown["sha256"] == hashlib.sha256(data).hexdigest()
    query = select(func.count()).select_from(StoredUpload).where(StoredUpload.filename == file.name)
    with site.database.read() as session:
        assert session.scalar(query) == 1


def test_tus_js_client_sends_parts_beside_each_other(site, sender, tmp_path):
    file = tmp_path / "beside.csv"
    file.write_bytes(data := random.randbytes(2 << 20))
    done = run_client(site, sender.token, tmp_path, file, parallel=3)
    assert done.returncode == 0, done.stderr
    shown = sender.shown(done.stdout.strip().removeprefix(site.url))
    assert shown["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.full
def test_chunks_and_offsets_of_sessions_survive_a_killed_process(site):
    assert [one["protocol"] for one in KILLED] == ["chunk", "tus"]
    token = site.token(site.user())
    players = [(LivePlayer(site, token), one) for one in KILLED]
    for player, sequence in players:
        for step in _before(sequence):
            player.play(step)
    site.web.kill()  # one kill for both sequences
    site.web.start()
    for player, sequence in players:
        for step in sequence["steps"][len(_before(sequence)) :]:
            player.play(step)
        assert player.stored() == sequence["final"]["files"]


def _before(sequence: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = [step["do"] for step in sequence["steps"]]
    return sequence["steps"][: kinds.index("restart")]
