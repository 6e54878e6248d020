"""The live page of a benchmark at the highest rate that its worker reaches, in headless Chromium.

The whole platform runs: web, clock, one worker. The simulated model answers inside of the worker,
64 questions in flight. Meanwhile somebody else lists runs, as before on the idle platform.
"""

import asyncio
import itertools
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.sync_api import Page

from bench.figures import Figure, at_most, percentile
from harness.chromium import chromium
from harness.live_client import LiveClient
from harness.platform import Platform, running_platform

IN_FLIGHT = 64
MAX_CORE, MAX_SLOWER = 50.0, 2.0  # percent of a core; times the p95 on the idle platform
EVERY = 0.05  # seconds between two requests of somebody else
LIST = "/api/benchmarks/runs?limit=20"
ENDS = ("done", "failed", "cancelled", "partial")


@dataclass
class Listener(threading.Thread):
    """A socket on the topic of a run, in a thread: the numbers of the events that arrive."""

    url: str
    token: str
    topic: str
    seqs: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        client = LiveClient(self.url, token=self.token, on_event=self._hear)
        await client.open()
        before = await client.subscribe(self.topic)
        self.seqs += [event["seq"] for event in before["events"]]
        while not self.over.is_set():
            await asyncio.sleep(0.1)
        await client.close()

    def _hear(self, name: str, event: Any) -> None:
        if name == "event":
            self.seqs.append(event["seq"])


def measure(persons: int = 400) -> list[Figure]:
    """Return what the browser costs, what is lost, and how much slower other requests are."""
    with running_platform(train_workers=0, benchmark_workers=1) as platform, chromium() as browser:
        request = _prepared(platform, persons)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(platform.first_link)
        page.goto(f"{platform.url}/benchmarks")
        idle = [_seconds(platform) for _ in range(100)]
        run_id = platform.call("POST", "/api/benchmarks/start", json=request)["run_id"]
        return _followed(platform, page, run_id, percentile(idle, 95))


def _prepared(platform: Platform, persons: int) -> dict[str, Any]:
    """Return what starts the run, once the sample has made the simulated model."""
    sample = platform.call("POST", "/api/benchmarks/sample", json={})["run_id"]
    _await_end(platform, sample)
    people = {"kind": "pool", "name": f"{persons} people", "n": persons, "seed": 1}
    made = platform.call("POST", "/api/benchmarks/datasets/build", json=people)
    return {"dataset_id": made["id"], "model_name": "simulated", "dual_fraction": 1.0,
            "batch_size": IN_FLIGHT}  # fmt: skip


def _await_end(platform: Platform, run_id: int) -> dict[str, Any]:
    while True:
        shown: dict[str, Any] = platform.call("GET", f"/api/benchmarks/{run_id}/status")
        if shown["status"] in ENDS:
            return shown
        time.sleep(0.5)


def _followed(platform: Platform, page: Page, run_id: int, idle: float) -> list[Figure]:
    token = str(platform.http.headers["Authorization"]).removeprefix("Bearer ")
    listener = Listener(platform.url, token, f"benchmark_run:{run_id}")
    listener.start()
    page.goto(f"{platform.url}/benchmarks/{run_id}")
    began, cpu, taken = time.monotonic(), _browser_seconds(), []
    for number in itertools.count():
        taken.append(_seconds(platform))
        if number % 20 == 19 and _status(platform, run_id)["status"] in ENDS:
            break
        page.wait_for_timeout(1000 * EVERY)
    seconds, cpu = time.monotonic() - began, _browser_seconds() - cpu
    page.wait_for_timeout(2000)
    listener.over.set()
    listener.join(10)
    busy = percentile(taken, 95)
    return _figures(platform, listener, _status(platform, run_id), (seconds, cpu, idle, busy))


def _figures(
    platform: Platform,
    listener: Listener,
    shown: dict[str, Any],
    taken: tuple[float, float, float, float],
) -> list[Figure]:
    seconds, cpu, idle, busy = taken
    query = {"topic": listener.topic, "after": 0, "limit": 1}
    last = int(platform.call("GET", "/api/events", params=query)["last_seq"])
    lost = len(set(range(1, last + 1)) - set(listener.seqs))
    load = f"load {os.getloadavg()[0]:.0f}"
    return [
        Figure(name="items in a second while the page is open",
               value=shown["done"] / seconds, unit="/s", note=f"{shown['done']} items, {load}"),
        at_most("Chromium, of a core", 100 * cpu / seconds, MAX_CORE, "%", f"{last} events"),
        Figure(name="Chromium, CPU for an event", value=1000 * cpu / max(last, 1), unit="ms"),
        at_most("events lost", lost, 0, "", f"of {last}"),
        at_most("p95 of other requests over the idle one", busy / idle, MAX_SLOWER, "×",
                f"{1000 * idle:.0f} ms idle"),
    ]  # fmt: skip


def _status(platform: Platform, run_id: int) -> dict[str, Any]:
    return dict(platform.call("GET", f"/api/benchmarks/{run_id}/status"))


def _seconds(platform: Platform) -> float:
    began = time.perf_counter()
    platform.call("GET", LIST)
    return time.perf_counter() - began


def _browser_seconds() -> float:
    """Return the CPU seconds of all processes of Chromium that this one has started."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                times = process.cpu_times()
                total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total
