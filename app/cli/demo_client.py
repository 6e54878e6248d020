"""The demo's view of the platform: the HTTP API that everybody else uses."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from app.settings import Settings

ENDED = ("completed", "failed", "cancelled")
POLL_SECONDS = 0.25
PAGE = 500


class DemoError(Exception):
    """The demo cannot go on; the message says why."""


class DemoPlatform:
    """A signed-in client."""

    def __init__(self, settings: Settings, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"http://{settings.url_host}:{settings.port}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30.0,
            trust_env=False,
        )
        self._presets: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def preset(self, name: str) -> dict[str, Any]:
        """Return one of the presets that the new-run form offers."""
        if not self._presets:
            schema = self._get("/api/experiments/schema")
            self._presets = {preset["name"]: preset for preset in schema["presets"]}
        return self._presets[name]

    def ensure_run(self, preset_name: str) -> int:
        """Return the run of this preset, queueing it if there is none that may still succeed."""
        preset = self.preset(preset_name)
        for run in self._newest_runs():
            if run.get("name") == preset["title"] and run["status"] not in ("failed", "cancelled"):
                return int(run["id"])
        answer = self.request(
            "POST",
            f"/api/experiments/{preset['mode']}/train",
            json={
                "dataset": preset["dataset"],
                "experiment_name": preset["title"],
                "config": preset["config"],
            },
        )
        return int(answer["run_id"])

    def follow(self, run_id: int) -> Iterator[dict[str, Any]]:
        """Yield the run's events from the first one until it is over."""
        after, is_over = 0, False
        while True:
            page = self._get("/api/events", topic=f"run:{run_id}", after=after, limit=PAGE)
            yield from page["events"]
            after = max([after, *(event["seq"] for event in page["events"])])
            if page["more"]:
                continue
            if is_over:
                return
            is_over = self._run(run_id)["status"] in ENDED
            if not is_over:
                time.sleep(POLL_SECONDS)

    def wait_for(self, run_id: int) -> dict[str, Any]:
        """Return the run as soon as it is over."""
        while (run := self._run(run_id))["status"] not in ENDED:
            time.sleep(POLL_SECONDS)
        return run

    def _newest_runs(self) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self._get("/api/runs/list", limit=100)["runs"]
        return runs

    def _run(self, run_id: int) -> dict[str, Any]:
        return self._get(f"/api/runs/{run_id}")

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.request("GET", path, params=query)

    def request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Return what the platform answers; raises DemoError where it refuses."""
        try:
            answer = self._http.request(method, path, **options)
            content: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise DemoError(f"The platform does not answer: {error}") from None
        if answer.is_error:
            raise DemoError(f"{method} {path}: {content.get('detail')} {content.get('errors', '')}")
        return content
