"""The client in programs of their own, and a real platform for them to log to."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import Settings
from app.supervisor.child import ROOT
from harness.eventually import PATIENCE_SECONDS
from harness.plain_http import NO_CERTIFICATES
from harness.ports import free_port
from harness.site import Site


@dataclass
class Logged:
    """A site, somebody's token for it, and a folder for spools."""

    site: Site
    folder: Path
    http: httpx.Client = field(repr=False)
    token: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to log here."""
        variables = {"ROUNDHOUSE_URL": self.site.url, "ROUNDHOUSE_TOKEN": self.token}
        return variables | {"ROUNDHOUSE_DIR": str(self.folder)}

    def program(self, code: str, **more: str) -> "subprocess.Popen[str]":
        """Start a program that logs."""
        inherited = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=inherited | self.environment | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )

    def sync(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Send what lies in the folder."""
        command = [sys.executable, "-m", "roundhouse", "sync", *arguments, str(self.folder)]
        variables = {**os.environ, "PYTHONPATH": str(ROOT)} | self.environment
        return subprocess.run(
            command, env=variables, capture_output=True, text=True, check=False, cwd=self.folder
        )

    def get(self, path: str) -> Any:
        """Return the answer of the API."""
        return self.http.get(path).raise_for_status().json()

    def only_run(self) -> dict[str, Any]:
        """Return the one run that there is."""
        (listed,) = self.get("/api/runs/list")["runs"]
        return self.get(f"/api/runs/{listed['id']}")

    def curve(self, run_id: int, name: str) -> dict[str, Any]:
        """Return one curve, whole."""
        query = f"names={name}&max_points=100000"
        (curve,) = self.get(f"/api/runs/{run_id}/series?{query}")["series"]
        return curve


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, redis_socket: Path
) -> Iterator[Site]:
    """A running platform without workers."""
    home = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, home / "roundhouse.db")
    home.chmod(0o700)
    site = Site(
        Settings.from_env(
            {
                "ROUNDHOUSE_HOME": str(home),
                "ROUNDHOUSE_PORT": str(free_port()),
                "DATABASE_URL": f"sqlite:///{home}/roundhouse.db",
                "REDIS_URL": f"unix://{redis_socket}?db=5",
            }
        )
    )
    site.web.start()
    yield site
    site.close()


@pytest.fixture
def logged(site: Site, tmp_path: Path) -> Iterator[Logged]:
    """A person of their own, who has no runs yet."""
    token = site.token(site.user())
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=site.url,
        headers=headers,
        timeout=PATIENCE_SECONDS,
        trust_env=False,
        verify=NO_CERTIFICATES,
    ) as http:
        yield Logged(site, tmp_path, http, token)
