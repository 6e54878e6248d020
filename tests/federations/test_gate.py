"""What a SuperLink answers to those who may not call it."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.clock import now
from app.db.engine import Database
from app.settings import Settings
from app.supervisor.child import ROOT
from harness.eventually import PATIENCE_SECONDS, eventually
from services.federations.engine import reporter
from services.federations.engine.reporter import signed
from services.federations.folder import FederationFolder
from services.federations.site.folder import SiteFolder
from tests.factories import training
from tests.factories.across_sites import START_SECONDS, AcrossSites, write_site
from tests.factories.people import actor_for, make_user


@pytest.fixture(scope="module")
def link(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AcrossSites]:
    """A running SuperLink with one registered site."""
    folder = tmp_path_factory.mktemp("link")
    shutil.copy(sqlite_template, folder / "roundhouse.db")
    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(folder)})
    database = Database(settings.database_url)
    federation = AcrossSites(settings, database, actor_for(make_user(database)), folder)
    try:
        federation.create()
        federation.enrol("berlin", training.table(rows=20), range(20))
        eventually(lambda: federation.view().seen_at, START_SECONDS)
        eventually(lambda: listens(federation.view().address))
        yield federation
    finally:
        federation.close()
        database.close()


def listens(address: str) -> bool:
    """Return whether somebody takes connections there."""
    host, _, port = address.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False


@pytest.fixture
def calls(link: AcrossSites) -> Iterator[httpx.Client]:
    """A client that trusts the federation's authority."""
    trust = ssl.create_default_context(cadata=link.view().ca_certificate)
    with httpx.Client(
        base_url=f"https://{link.view().address}", verify=trust, timeout=PATIENCE_SECONDS
    ) as client:
        yield client


def test_a_registered_key_is_online_once_its_program_and_its_supernode_call(link, calls):
    key = SiteFolder(link.folder / "berlin").key()
    eventually(lambda: calls.post("/roundhouse/report", json={}, headers=signed(key)).is_success)
    before = link.view().seen_at
    eventually(lambda: link.view().seen_at > before)
    assert not link.view().sites[0].online
    calls.post("/v1/fleet/pull-messages", content=b"", headers=signed(key))
    eventually(lambda: link.view().sites[0].online)


def test_an_unregistered_key_is_refused(calls):
    stranger = signed(ec.generate_private_key(ec.SECP384R1()))
    for path in ("/v1/fleet/activate-node", "/v1/fleet/pull-messages", "/roundhouse/report"):
        answer = calls.post(path, content=b"", headers=stranger)
        assert answer.status_code == 401
        assert "not registered here" in answer.json()["detail"]


@pytest.mark.parametrize("missing", ["flwr-public-key", "flwr-timestamp", "flwr-signature"])
def test_a_call_without_a_whole_signature_is_refused(link, calls, missing):
    headers = signed(SiteFolder(link.folder / "berlin").key())
    del headers[missing]
    assert calls.post("/roundhouse/report", json={}, headers=headers).status_code == 401


def test_an_old_signature_is_refused_with_the_way_out(link, calls):
    headers = signed(SiteFolder(link.folder / "berlin").key())
    stolen = {**headers, "flwr-timestamp": "2020-01-01T00:00:00+00:00"}
    assert calls.post("/roundhouse/report", json={}, headers=stolen).status_code == 401


@pytest.mark.parametrize("path", ["/roundhouse/report", "/v1/fleet/pull-messages"])
def test_a_signature_is_good_for_one_call(link, calls, path):
    caught = signed(SiteFolder(link.folder / "berlin").key())
    assert calls.post("/roundhouse/report", json={}, headers=caught).is_success
    answer = calls.post(path, json={}, headers=caught)
    assert answer.status_code == 401
    assert "each signature of a site is good for one call" in answer.json()["detail"]
    fresh = signed(SiteFolder(link.folder / "berlin").key())
    assert calls.post("/roundhouse/report", json={}, headers=fresh).is_success


def test_a_wrong_clock_is_reported_at_the_site_and_on_the_page(link, calls, monkeypatch):
    said = "90 seconds ahead of"
    key = SiteFolder(link.folder / "berlin").key()
    monkeypatch.setattr(reporter, "now", lambda: now() + timedelta(seconds=90))
    answer = calls.post("/roundhouse/report", json={}, headers=signed(key))
    assert answer.status_code == 401
    assert f"clock of this site is {said} the server's" in answer.json()["detail"]
    eventually(lambda: said in (link.view().sites[0].last_error or ""))


def test_plain_text_is_refused(link):
    with pytest.raises(httpx.HTTPError):
        httpx.post(
            f"http://{link.view().address}/v1/fleet/activate-node",
            content=b"",
            timeout=PATIENCE_SECONDS,
        )


def test_nobody_else_s_certificate_is_believed(link):
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"https://{link.view().address}/health", timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize(
    "path",
    ["/docs", "/openapi.json", "/health", "/v1/control/start-run", "/v1/control/register-node",
     "/v1/runtime/acquire-task", "/v1/responses", "/"],
)  # fmt: skip
def test_flower_s_other_apis_are_not_there_for_the_network(calls, path):
    assert calls.post(path, content=b"").status_code == 404
    wrong = {"x-roundhouse-operator": "a guess"}
    assert calls.post(path, content=b"", headers=wrong).status_code == 404


@pytest.mark.parametrize("report", [b"", b"[]", b"NaN", b"{", b"{" + b" " * 70_000 + b"}"])
def test_a_broken_report_is_refused_and_changes_nothing(link, calls, report):
    headers = signed(SiteFolder(link.folder / "berlin").key())
    answer = calls.post("/roundhouse/report", content=report, headers=headers)
    assert answer.status_code == 422
    assert link.view().sites[0].versions is None


def test_a_report_keeps_only_what_a_report_has(link, calls):
    headers = signed(SiteFolder(link.folder / "berlin").key())
    report = {
        "versions": {"flwr": "1" * 900, "rows": 3},
        "data": {"ok": True, "rows": -5, "classes": {"a": 2, "b": "x"}, "rows_themselves": [1]},
        "error": "\0" + "e" * 5000,
    }
    assert calls.post("/roundhouse/report", json=report, headers=headers).is_success
    site = link.view().sites[0]
    assert len(site.versions["flwr"]) == 200
    assert (site.data_check["rows"], site.data_check["classes"]) == (None, {"a": 2})
    assert "rows_themselves" not in site.data_check
    assert len(site.last_error) == 1000
    assert "\0" not in site.last_error


def test_the_times_of_a_site_whose_clock_is_behind_are_shown_by_ours(link, calls, monkeypatch):
    key = SiteFolder(link.folder / "berlin").key()
    monkeypatch.setattr(reporter, "now", lambda: now() - timedelta(seconds=200))
    checked = (now() - timedelta(seconds=260)).isoformat()
    report = {"data": {"ok": True, "checked_at": checked}, "versions": {"roundhouse": "0.0.1"}}
    assert calls.post("/roundhouse/report", json=report, headers=signed(key)).is_success
    site = link.view().sites[0]
    age = (now() - datetime.fromisoformat(site.data_check["checked_at"])).total_seconds()
    assert 55 < age < 90
    assert any("3 minutes behind the server's" in one for one in site.warnings)
    assert any("Roundhouse 0.0.1, here is" in one for one in site.warnings)


@pytest.mark.full
def test_a_site_with_a_key_that_nobody_enrolled_says_so_and_stops(link):
    folder = link.folder / "stranger"
    folder.mkdir()
    write_site(folder, training.table(rows=20), range(20))
    link.write_membership(SiteFolder(folder), "stranger")
    SiteFolder(folder).key()
    done = subprocess.run(
        [sys.executable, "-m", "app", "site", "run", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "not registered here" in done.stderr


def test_keys_are_for_their_owner_alone(link):
    folder = FederationFolder(link.settings.home, link.number).path
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir() if file.is_file()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {modes[name] for name in ("ca.key", "server.key", "operator.secret")} == {0o600}


@pytest.mark.full
def test_a_superlink_without_its_keys_or_its_port_says_so(link):
    number = str(link.number)
    command = [sys.executable, "-m", "workers.sites.superlink", number]
    environment = {**os.environ, **link.settings.environment()}
    taken = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (taken.returncode, b"cannot be used" in taken.stdout + taken.stderr) == (1, True)
    away = {**environment, "ROUNDHOUSE_HOME": str(link.folder / "elsewhere")}
    lost = subprocess.run(command, cwd=ROOT, env=away, capture_output=True, check=False)
    assert (lost.returncode, b"keys of this federation" in lost.stdout + lost.stderr) == (1, True)
