"""Results of several GB: saved, listed, downloaded and deleted, in memory that does not grow.

The file is kept by a run of a session as its model is, so both ways of taking it away are walked:
as a file of the run, and as the model of the session.
"""

import hashlib
import http.client
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from app.auth.credentials import actor_of_session
from app.models.forecasting import SessionModel
from bench.figures import Figure, at_most
from bench.private import private_settings
from harness.site import Site
from services.forecasting.resolve import ensured_session
from services.forecasting.training.bundle import BUNDLE
from services.runs.external.create import LoggedRunRequest, start_logged_run
from services.runs.external.update import ExternalUpdate
from services.runs.update import RunChanges, edit_run

MEGABYTE = 1 << 20
MAX_GROWTH = 100.0  # MB of the web process
MAX_LISTING = 1.0
BOUNDARY = "large-result"
WIRE_ID = "session_1700000000_large"


def measure(megabytes: int = 2200) -> list[Figure]:
    """Return the seconds of each step and what the web process grew by."""
    with private_settings(ROUNDHOUSE_MAX_UPLOAD="8GB") as settings:
        site = Site(settings)
        try:
            site.web.start()
            return _walk(LargeResult(site, megabytes))
        finally:
            site.close()


def _walk(result: "LargeResult") -> list[Figure]:
    before = result.peak()
    saved = _seconds(result.save)
    listed = _seconds(result.list)
    file = f"/api/runs/{result.run_id}/artifacts/{result.id}/download"
    taken = _seconds(lambda: result.download(file))
    model = _seconds(lambda: result.download(f"/api/training/download-model/{WIRE_ID}"))
    grown = result.peak() - before
    deleted = _seconds(result.delete)
    size = f"{result.megabytes / 1024:.1f} GiB"
    return [
        Figure(name="result saved over HTTP", value=saved, unit="s", note=size),
        at_most("result listed", listed, MAX_LISTING, "s"),
        Figure(name="result downloaded, SHA-256 equal", value=taken, unit="s"),
        Figure(name="the same as the model of its session", value=model, unit="s"),
        Figure(name="session deleted with it", value=deleted, unit="s"),
        at_most("peak of the web process above its start", grown, MAX_GROWTH, "MB"),
    ]


class LargeResult:
    """A session with one model whose file is as large as it is said to be."""

    def __init__(self, site: Site, megabytes: int) -> None:
        self.site, self.megabytes, self.id = site, megabytes, 0
        self._block, self._digest = os.urandom(MEGABYTE), ""
        user = site.user()
        self._actor = actor_of_session(0, user.id, user.role, user.name)
        self._headers = {"Authorization": f"Bearer {site.token(user)}"}
        request = LoggedRunRequest(name="large", heartbeat_seconds=600.0)
        self.run_id = start_logged_run(site.database, self._actor, request).id
        with site.database.write() as unit:
            owner = ensured_session(unit, self._actor, WIRE_ID)
            row = SessionModel(run_id=self.run_id, session_id=owner.id, mode="SVR_dir")
            row.settings, row.plan = {}, {"files": []}
            unit.session.add(row)

    def save(self) -> None:
        """Send the file as a form."""
        digest, head, tail = hashlib.sha256(), *_form(BUNDLE)
        connection = self._connection()
        connection.putrequest("POST", f"/api/runs/{self.run_id}/artifacts")
        length = len(head) + self.megabytes * MEGABYTE + len(tail)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        for name, value in {
            **self._headers,
            "Content-Type": kind,
            "Content-Length": length,
        }.items():
            connection.putheader(name, str(value))
        connection.endheaders(head)
        for _ in range(self.megabytes):
            connection.send(self._block)
            digest.update(self._block)
        connection.send(tail)
        self.id = int(json.loads(_answer(connection).read())["id"])
        self._digest = digest.hexdigest()
        ended = RunChanges(reported=ExternalUpdate(status="completed"))
        edit_run(self.site.database, self._actor, str(self.run_id), ended)

    def list(self) -> None:
        """Ask for the files of the run and for the models of the session."""
        for path in (f"/api/runs/{self.run_id}/artifacts", f"/api/training/list-models/{WIRE_ID}"):
            self._ask("GET", path).read()

    def download(self, path: str) -> None:
        """Take the file away and compare it."""
        digest, answer = hashlib.sha256(), self._ask("GET", path)
        while block := answer.read(MEGABYTE):
            digest.update(block)
        assert digest.hexdigest() == self._digest

    def delete(self) -> None:
        """Delete the session, with its model and the file."""
        self._ask("POST", f"/api/training/session/{WIRE_ID}/delete").read()
        left = [one.key for one in self.site.resources.store.list(f"runs/{self.run_id}/")]
        assert not left, left

    def peak(self) -> float:
        """Return the most memory that the web process ever had (MB)."""
        process = self.site.web.process
        assert process is not None
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))

    def _ask(self, method: str, path: str) -> http.client.HTTPResponse:
        connection = self._connection()
        connection.request(method, path, headers=self._headers)
        return _answer(connection)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.site.settings.port, timeout=900)


def _form(name: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the bytes of the file in a form."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def _answer(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    answer = connection.getresponse()
    if answer.status >= 400:
        raise RuntimeError(f"{answer.status} {answer.read()[:500]!r}")
    return answer


def _seconds(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
