"""``python -m bench.soak --minutes 60``: does anything grow that should not?

A whole installation is written to without a rest, so that an hour holds what people do in days.
Every few seconds each process is looked at from outside: memory, open files, threads; beside them
the keys of Redis and the bytes of each folder of the home.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson
import psutil
from redis import Redis
from redis.exceptions import RedisError

from app.supervisor.home import Home
from harness.chaos.harness import random_seed
from harness.chaos.installation.load import RepeatingWriter
from harness.chaos.installation.site import InstallationPlan, InstallationSite
from harness.slopes import BLOCKS, Slope, growing, slope_of

SAMPLE_SECONDS = 5.0
START_SECONDS = 300.0
FINISH_SECONDS = 60.0


@dataclass
class SoakSeries:
    """Samples by figure: seconds and values."""

    values: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, at: float, figures: Mapping[str, float]) -> None:
        """Keep one look."""
        for name, value in figures.items():
            self.values.setdefault(name, []).append((at, value))

    def slopes(self) -> dict[str, Slope]:
        """Return the slope of each figure that has enough samples."""
        return {
            name: slope_of(samples)
            for name, samples in sorted(self.values.items())
            if len(samples) >= 2 * BLOCKS
        }


def look(installation: InstallationSite) -> dict[str, float]:
    """Return what every part holds now: bytes, files, threads, keys."""
    figures: dict[str, float] = {}
    for entry in Home(installation.home).read().get("processes", []):
        with suppress(psutil.Error):
            process = psutil.Process(entry["pid"])
            figures[f"{entry['name']} memory"] = process.memory_info().rss
            figures[f"{entry['name']} files"] = process.num_fds()
            figures[f"{entry['name']} threads"] = process.num_threads()
    with suppress(RedisError), Redis(unix_socket_path=str(_socket(installation))) as redis:
        figures["redis keys"] = redis.dbsize()
    return figures | dict(_disk(installation.home))


def _socket(installation: InstallationSite) -> Path:
    return Path(installation.settings.redis_socket)


def _disk(home: Path) -> Iterator[tuple[str, float]]:
    for folder in home.iterdir():
        if folder.is_dir():
            yield f"disk {folder.name}", _bytes_of(folder.rglob("*"))
    yield "disk database", _bytes_of(home.glob("*.db"))
    yield "disk wal", _bytes_of(home.glob("*.db-wal"))


def _bytes_of(paths: Iterator[Path]) -> float:
    total = 0
    for path in paths:
        with suppress(OSError):  # gone meanwhile
            total += path.stat().st_size if path.is_file() else 0
    return total


def soak(minutes: float, seed: int) -> tuple[SoakSeries, int]:
    """Write for that long; return the samples and how many writes were acknowledged."""
    series = SoakSeries()
    with TemporaryDirectory(prefix="rh-soak-", dir="/tmp", ignore_cleanup_errors=True) as base:
        home = Path(base) / "home"
        home.mkdir(mode=0o700)
        installation = InstallationSite(InstallationPlan(home=home))
        installation.start()
        writer = RepeatingWriter(installation.url, installation.token, seed)
        try:
            if installation.comes_back(START_SECONDS) is None:
                raise RuntimeError(installation.log.read_text()[-2000:])
            writer.start()
            began = time.monotonic()
            while (at := time.monotonic() - began) < minutes * 60:
                series.add(at, look(installation))
                time.sleep(SAMPLE_SECONDS)
            writer.finish(FINISH_SECONDS)
        finally:
            installation.stop()
    return series, writer.acknowledged.writes


@click.command()
@click.option("--minutes", default=60.0, show_default=True, help="How long it is written to.")
@click.option("--seed", type=int, default=None, help="Draw the writes from this number.")
def main(*, minutes: float, seed: int | None) -> None:
    """Print the slope of every figure with its interval; fail where one grows by over 1 %/h."""
    seed = random_seed() if seed is None else seed
    series, writes = soak(minutes, seed)
    slopes = series.slopes()
    for name, slope in slopes.items():
        interval = f"[{slope.low:.4g}, {slope.high:.4g}]"
        click.echo(f"{name:32} {slope.last:>14,.0f} {slope.per_hour:>+14.4g}/h {interval}")
    verdict = {
        "seed": seed,
        "minutes": minutes,
        "writes": writes,
        "growing": growing(slopes),
        "per_hour": {
            name: {
                "last": round(slope.last),
                "slope": round(slope.per_hour, 3),
                "low": round(slope.low, 3),
                "high": round(slope.high, 3),
                "percent": round(slope.percent, 2),
            }
            for name, slope in slopes.items()
        },
    }
    click.echo(orjson.dumps(verdict).decode())
    sys.exit(1 if verdict["growing"] else 0)


if __name__ == "__main__":
    main()
