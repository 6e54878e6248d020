"""Where the attacks take place: a live platform with many runs, an attacker and another person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import func, insert, select

from app.clock import now
from app.models.audit import AuditEntry
from app.models.run import Artifact, Run
from bench.lists import BEGAN, PORTION, prepare
from bench.private import private_settings
from harness.site import Site

NAME, DOWNLOAD_BYTES = "bench.bin", 64_000_000
WARM = ("/api/runs/list", "/api/runs/analytics/summary", "/api/forecasting/sessions", "/health")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The site, the tokens, and a run and a file of the attacker's own."""

    site: Site
    attacker: str
    other: str
    run_id: int
    download: str
    quick: bool

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.site.url)
        return str(parts.hostname), int(parts.port or 0)

    @property
    def pid(self) -> int:
        """The web process."""
        return self.site.web.process.pid  # type: ignore[union-attr]

    def http(self, token: str | None = None) -> httpx.AsyncClient:
        """Return a client, by default nobody's."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        limits = httpx.Limits(max_connections=None)
        return httpx.AsyncClient(
            base_url=self.site.url, headers=headers, timeout=120, limits=limits, trust_env=False
        )

    def audit_rows(self) -> int:
        """Return how many entries the audit log has."""
        with self.site.database.read() as session:
            return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@contextmanager
def open_scene(many: int, *, quick: bool) -> Iterator[Scene]:
    """Yield a running platform with ``many`` runs of the attacker, its routes warm."""
    with private_settings() as settings:
        site = Site(settings)
        try:
            attacker, other = site.user(), site.user()
            _seed(site, attacker.id, many)
            run_id = int(site.topic(attacker).split(":")[1])
            download = _file(site, run_id)
            tokens = site.token(attacker), site.token(other)
            site.web.start()
            scene = Scene(
                site=site, attacker=tokens[0], other=tokens[1], run_id=run_id, download=download,
                quick=quick,
            )  # fmt: skip
            _warm(scene)
            yield scene
        finally:
            site.close()


def _seed(site: Site, owner_id: int, many: int) -> None:
    for first in range(0, many, PORTION):
        rows = [_row(owner_id, number) for number in range(first, min(first + PORTION, many))]
        with site.database.write() as unit:
            unit.session.connection().execute(insert(Run), rows)
    prepare(site.database)


def _row(owner_id: int, number: int) -> dict[str, Any]:
    start = BEGAN + timedelta(seconds=number * 100)
    return {
        "name": f"run {number}",
        "training_mode": ("centralized", "federated")[number % 2],
        "status": ("completed", "failed", "cancelled")[number % 3],
        "start_time": start,
        "end_time": start + timedelta(seconds=number * 7919 % 7200),
        "owner_id": owner_id,
        "visibility": "team",
        "config": {},
        "seed": number,
        "origin": "logged",
        "best_val_accuracy": number * 7919 % 1000 / 1000,
    }


def _file(site: Site, run_id: int) -> str:
    """Keep a large file of the run and return the address of its download."""
    key = f"runs/{run_id}/{NAME}"
    site.resources.store.put(key, bytes(DOWNLOAD_BYTES))
    row = Artifact(
        run_id=run_id, name=NAME, kind="file", size_bytes=DOWNLOAD_BYTES, sha256="0" * 64,
        object_key=key, created_at=now(),
    )  # fmt: skip
    with site.database.write() as unit:
        run = unit.session.get(Run, run_id)
        run.origin = "logged"  # type: ignore[union-attr]
        unit.session.add(row)
    return f"/api/runs/{run_id}/artifacts/{row.id}/download"


def _warm(scene: Scene) -> None:
    for token in (scene.attacker, scene.other):
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=scene.site.url, headers=headers, trust_env=False) as http:
            for path in WARM:
                http.get(path, timeout=60)
