"""A CSV of 1 GB: read whole against polars' bare ``read_csv``, and the web process meanwhile.

Both read the same file in a process of its own that gives way to others, one after the other, with
as many threads as there are cores. Ours also judges separator, numbers, times and zone, finds gaps,
duplicates and odd values, computes statistics and writes Parquet, in memory that does not grow
with the file.
"""

import json
import subprocess
import sys
import time
from base64 import b64encode
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from app.sandbox import NICE
from bench.figures import Figure, at_least, at_most, median, percentile
from bench.private import private_settings
from bench.series import BenchClient
from harness.site import Site
from harness.uploads import TusSender

CHUNK_ROWS = 500_000
MIN_SHARE, MAX_PEAK, MAX_SLOWER = 0.5, 700.0, 2.0
IDLE_SECONDS = 15.0
PAUSE = 0.02
SESSION = "session_1700000000_long"
PATHS = ("/api/experiments/list", f"/api/training/session/{SESSION}", "/api/training/sessions")
BARE = f"import os, sys, polars; os.nice({NICE}); polars.read_csv(sys.argv[1])"
OURS = """
import sys
from pathlib import Path
from services.tabular.inspect import inspect_series
from services.tabular.options import ImportOptions
target = Path(sys.argv[1] + ".parquet")
found = inspect_series(Path(sys.argv[1]), ImportOptions(timezone="UTC"), target=target)
assert found.parquet is not None and found.reading["outcome"] == "ok", found.reading["questions"]
target.unlink()
"""
COST = """
import json, resource, subprocess, sys, time
began = time.monotonic()
subprocess.run([sys.executable, "-c", *sys.argv[1:]], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3]))
"""


@dataclass(frozen=True)
class ReadingCost:
    """Seconds of the clock and of all cores, and the most memory of one process (MB)."""

    wall: float
    cpu: float
    peak: float


def measure(*, quick: bool) -> list[Figure]:
    """Return the shares of polars' speed, the peak, and how much slower other requests are."""
    with private_settings(ROUNDHOUSE_MAX_UPLOAD="8GB") as settings:
        path = settings.home / "long.csv"
        write_csv(path, (50 if quick else 1000) * 1_000_000)
        size = f"{path.stat().st_size / 1e6:.0f} MB, "
        pairs = [(_cost(BARE, path), _cost(OURS, path)) for _ in range(1 if quick else 3)]
        site = Site(settings)
        try:
            site.web.start()
            beside = _beside(site, path)
        finally:
            site.close()
    return [*_reading(pairs, size), *beside]


def _reading(pairs: list[tuple[ReadingCost, ReadingCost]], size: str) -> list[Figure]:
    walls = [bare.wall / ours.wall for bare, ours in pairs]
    shares = [bare.cpu / ours.cpu for bare, ours in pairs]
    last = pairs[-1]
    return [
        at_least(
            "CSV read whole, wall, against polars' read_csv", median(walls), MIN_SHARE, "×",
            f"{size}{_spread(walls)}; {last[1].wall:.1f} s against {last[0].wall:.1f} s",
        ),
        Figure(
            name="  the same in processor time", value=median(shares), unit="×",
            note=f"{_spread(shares)}; {last[1].cpu:.1f} s against {last[0].cpu:.1f} s",
        ),
        at_most(
            "  its peak", max(ours.peak for _, ours in pairs), MAX_PEAK, "MB",
            f"polars {last[0].peak:.0f} MB",
        ),
    ]  # fmt: skip


def _spread(values: list[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}"


def write_csv(path: Path, size: int) -> None:
    """Write a series of one row each second with three columns until ``size`` bytes are there."""
    import numpy as np
    import polars as pl

    draw, begin = np.random.default_rng(5), np.datetime64("2010-01-01T00:00:00", "us")
    with path.open("wb") as file:
        for number in count():
            seconds = np.arange(number * CHUNK_ROWS, (number + 1) * CHUNK_ROWS)
            wave = np.sin(seconds * 2 * np.pi / 86_400)
            table = pl.DataFrame(
                {
                    "time": begin + seconds * np.timedelta64(1_000_000, "us"),
                    "load": 500 + 200 * wave + draw.normal(0, 20, CHUNK_ROWS),
                    "temperature": 12 + 8 * wave + draw.normal(0, 1, CHUNK_ROWS),
                    "price": draw.normal(60, 15, CHUNK_ROWS),
                }
            )
            table.write_csv(
                file, include_header=number == 0, float_precision=3,
                datetime_format="%Y-%m-%dT%H:%M:%SZ",
            )  # fmt: skip
            file.flush()
            if path.stat().st_size >= size:
                return


def _cost(program: str, path: Path) -> ReadingCost:
    command = [sys.executable, "-c", COST, program, str(path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return ReadingCost(*json.loads(answer.stdout))


def _beside(site: Site, path: Path) -> list[Figure]:
    """Return the times of other requests while nothing happens, and while the file comes."""
    token = site.token(site.user())
    client = BenchClient(site, token)
    client.call("POST", "/api/training/init-session", json.dumps({"sessionId": SESSION}).encode())
    _times(client, time.monotonic() + 3.0)  # the first of each are slower
    idle = _times(client, time.monotonic() + IDLE_SECONDS)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(_send, TusSender(site.web, token), path)
        busy = _times(client, sending)
        sending.result()
    seconds = time.monotonic() - began
    before, meanwhile = percentile(idle, 95), percentile(busy, 95)
    note = f"{before * 1e3:.1f} ms idle, {len(busy)} requests in {seconds:.0f} s"
    return [
        at_most("other requests meanwhile, p95", meanwhile / before, MAX_SLOWER, "×", note),
        Figure(name="  the slowest of them", value=max(busy) * 1e3, unit="ms"),
        Figure(name="CSV sent, read and in its session", value=seconds, unit="s"),
    ]


def _times(client: BenchClient, until: "float | Future[None]") -> list[float]:
    """Return the seconds of requests, one after the other with a pause, until a time or an end."""
    times: list[float] = []
    while time.monotonic() < until if isinstance(until, float) else not until.done():
        began = time.perf_counter()
        client.call("GET", PATHS[len(times) % len(PATHS)])
        times.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    return times


def _send(sender: TusSender, path: Path) -> None:
    """Send the file by tus as a series of the session; its answer comes when it was read."""
    said = {"sessionId": SESSION, "fileType": "input", "bezeichnung": "long", "filename": path.name}
    metadata = ",".join(f"{key} {b64encode(one.encode()).decode()}" for key, one in said.items())
    size = path.stat().st_size
    upload = sender.begin(size, "/api/training/tus", metadata)
    with path.open("rb") as file, sender.connected(upload, 0, size) as raw:
        raw.settimeout(900)
        raw.sendfile(file)
        answer = raw.recv(400)
    assert answer.startswith(b"HTTP/1.1 204"), answer
    shown = sender.shown(upload)
    assert shown["state"] == "claimed", shown
