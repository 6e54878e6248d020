"""Points in and curves out over HTTP, against a real web process, on SQLite and on PostgreSQL.

``ours(kind)`` gives the plain figures by the names that the measurements of others use, too.
"""

import gzip
import http.client
import json
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import numpy as np
import orjson

from app.clock import now
from app.models.run import Run
from bench.figures import Figure, at_least, at_most, median, percentile
from bench.lists import fresh_database
from bench.private import private_settings
from harness.site import Site
from services.runs.points import append_columns
from services.tracking.domain.columns import Columns

BATCH = 1_000
MILLION = 1_000_000
SPIKE = 500_007
ROUNDS = 3  # of each write; the median counts
KINDS = ("sqlite", "postgresql")
RESULTS = Path(__file__).parent / "results" / "series.json"
_draw = np.random.default_rng(7)
_steps = count(step=BATCH)


class BenchClient:
    """One connection that stays open, as the client of a training script keeps it."""

    def __init__(self, site: Site, token: str) -> None:
        port = site.settings.port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip",
        }

    def call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Return the body of the answer as it was sent."""
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A running site and somebody who logs to it."""

    site: Site
    owner_id: int
    token: str

    def caller(self) -> BenchClient:
        return BenchClient(self.site, self.token)

    def new_run(self) -> int:
        run = Run(
            name="measured", training_mode="centralized", status="in_progress", origin="logged",
            start_time=now(), owner_id=self.owner_id, visibility="private", config={}, seed=1,
        )  # fmt: skip
        with self.site.database.write() as unit:
            unit.session.add(run)
        return run.id


@contextmanager
def bench_of(kind: str) -> Iterator[Bench]:
    """Yield a site on a fresh database of ``kind``."""
    with fresh_database(kind) as more, private_settings(**more) as settings:
        site = Site(settings)
        try:
            owner = site.user()
            token = site.token(owner)
            site.web.start()
            yield Bench(site=site, owner_id=owner.id, token=token)
        finally:
            site.close()


def batch(series: int = 1, *, times: bool = False) -> bytes:
    """Return a batch of a thousand points of ``series`` series."""
    length, first = BATCH // series, next(_steps)
    parts: list[dict[str, Any]] = []
    for number in range(series):
        steps = np.arange(first, first + length)
        part = {"name": f"metric_{number}", "steps": steps, "values": _draw.normal(size=length)}
        parts.append(part | ({"times": 1.79e9 + steps * 0.01} if times else {}))
    body = {"batch_id": uuid4().hex, "series": parts}
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def points_per_second(
    bench: Bench, batches: int, *, writers: int = 1, series: int = 1, times: bool = False
) -> float:
    """Return points stored per second, the making of the batches included."""
    callers = [bench.caller() for _ in range(writers)]
    paths = [f"/api/runs/{bench.new_run()}/series" for _ in range(writers)]

    def write(place: int) -> None:
        for _ in range(batches // writers):
            callers[place].call("POST", paths[place], batch(series, times=times))

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda place: callers[place].call("POST", paths[place], batch()),
                      range(writers)))  # fmt: skip
        began = time.perf_counter()
        list(pool.map(write, range(writers)))
        duration = time.perf_counter() - began
    return batches // writers * writers * BATCH / duration


def single_points(bench: Bench, times: int) -> list[float]:
    """Return the milliseconds of storing one point."""
    caller, path = bench.caller(), f"/api/runs/{bench.new_run()}/series"

    def one(step: int) -> None:
        part = {"name": "loss", "steps": [step], "values": [0.5 / (step + 1)]}
        caller.call("POST", path, orjson.dumps({"batch_id": f"b{step}", "series": [part]}))

    return _milliseconds(one, times)


def _milliseconds(call: Callable[[int], object], times: int) -> list[float]:
    durations = []
    for number in range(times + 2):
        began = time.perf_counter()
        call(number)
        durations.append((time.perf_counter() - began) * 1000)
    return durations[2:]


def long_run(bench: Bench, points: int = MILLION) -> int:
    """Write a noisy curve with one spike over the API, a thousand batches, and return its run."""
    run_id, caller = bench.new_run(), bench.caller()
    values = np.exp(-np.arange(points) / points * 3) + _draw.normal(size=points) * 0.02
    values[SPIKE % points] = 1e6
    for first in range(0, points, BATCH):
        steps = np.arange(first, min(first + BATCH, points))
        part = {"name": "loss", "steps": steps, "values": values[steps]}
        body = {"batch_id": str(first), "series": [part]}
        packed = orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
        caller.call("POST", f"/api/runs/{run_id}/series", packed)
    return run_id


def zooms(points: int = MILLION) -> dict[str, dict[str, int]]:
    """Return the parts of the curve that are read, every one with the spike inside."""
    place = SPIKE % points
    parts = {"whole": {}}
    for name, part in (("half", 2), ("tenth", 10), ("hundredth", 100), ("500th", 500)):
        width = points // part
        parts[name] = {"from_step": place - width // 3, "to_step": place + 2 * width // 3}
    return parts


def read_zoom(caller: BenchClient, run_id: int, zoom: dict[str, int]) -> bytes:
    """Return the answer as it was sent."""
    query = urlencode({"names": "loss", "max_points": 2000, **zoom})
    return caller.call("GET", f"/api/runs/{run_id}/series?{query}")


def unpacked(sent: bytes) -> Any:
    return json.loads(gzip.decompress(sent) if sent[:2] == b"\x1f\x8b" else sent)


def many_runs(bench: Bench, runs: int = 20, curves: int = 10, points: int = 10_000) -> list[int]:
    """Write curves in batches of a thousand points each, straight into the tables."""
    ids = [bench.new_run() for _ in range(runs)]
    for run_id in ids:
        for first in range(0, points, BATCH):
            steps = np.arange(first, first + BATCH)
            columns = {
                (f"metric_{number}", ""): Columns(
                    steps=steps, values=_draw.normal(size=BATCH), times=1.79e9 + steps * 0.1
                )
                for number in range(curves)
            }
            with bench.site.database.write() as unit:
                append_columns(unit.session, run_id, columns)
    return ids


def read_many(caller: BenchClient, ids: list[int], *, times: bool = True) -> bytes:
    query = urlencode(
        {"runs": ",".join(map(str, ids[1:])), "max_points": 500, "times": str(times).lower()}
    )
    return caller.call("GET", f"/api/runs/{ids[0]}/series?{query}")


def ours(kind: str, *, quick: bool = False) -> dict[str, float]:
    """Return every figure of one kind of database, by name."""
    batches, reads = (48, 5) if quick else (480, 15)
    with bench_of(kind) as bench:

        def rate(**options: Any) -> float:
            return statistics.median(
                points_per_second(bench, batches, **options) for _ in range(ROUNDS)
            )

        figures = {
            "batch": rate(),
            "batch_16": rate(writers=16),
            "batch_ten_series": rate(series=10, times=True),
        }
        singles = single_points(bench, 20 * reads)
        figures |= {"single": median(singles), "single_p95": percentile(singles, 95)}
        figures |= _reads(bench, reads)
    return figures


def _reads(bench: Bench, reads: int) -> dict[str, float]:
    run_id, caller = long_run(bench), bench.caller()
    figures: dict[str, float] = {"spike_kept": 1.0}
    for name, zoom in zooms().items():
        durations = _milliseconds(lambda _, zoom=zoom: read_zoom(caller, run_id, zoom), reads)
        sent = read_zoom(caller, run_id, zoom)
        (curve,) = unpacked(sent)["series"]
        figures[f"zoom {name}"] = median(durations)
        figures[f"zoom {name} kb"] = len(sent) / 1000
        figures["spike_kept"] *= float(max(curve.get("max", curve["values"])) == 1e6)
    ids = many_runs(bench)
    figures["many"] = median(_milliseconds(lambda _: read_many(caller, ids), reads))
    figures["many_no_times"] = median(
        _milliseconds(lambda _: read_many(caller, ids, times=False), reads)
    )
    figures["many_kb"] = len(read_many(caller, ids)) / 1000
    return figures


def measure(*, quick: bool = False) -> list[Figure]:
    """Return the figures of both databases, and keep the plain ones."""
    figures = {kind: ours(kind, quick=quick) for kind in KINDS}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1))
    return [figure for kind, answers in figures.items() for figure in _figures(kind, answers)]


def _figures(kind: str, values: dict[str, float]) -> Iterator[Figure]:
    yield at_least(f"batches of 1,000 points, one client, {kind}", values["batch"], 300_000, "/s")
    yield at_least(f"the same, 16 writers, {kind}", values["batch_16"], 250_000, "/s")
    yield Figure(
        name=f"10 series × 100 points with times, {kind}", value=values["batch_ten_series"],
        unit="/s",
    )  # fmt: skip
    note = f"p95 {values['single_p95']:.1f} ms"
    yield at_most(f"a single point, p50, {kind}", values["single"], 3.0, "ms", note)
    for name in zooms():
        size = values[f"zoom {name} kb"]
        yield at_most(f"million points, {name} of them, {kind}", values[f"zoom {name}"], 60.0, "ms")
        yield at_most(f"the same as sent, {kind}", size, 60.0, "KB")
    yield at_least(f"the spike is there at every zoom, {kind}", values["spike_kept"], 1.0, "")
    note = f"{values['many_kb']:,.0f} KB as sent; without times {values['many_no_times']:.0f} ms"
    yield at_most(f"20 runs × 10 curves × 10,000 points, {kind}", values["many"], 250.0, "ms", note)
