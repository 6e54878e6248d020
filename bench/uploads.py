"""Uploads: their speed against the same disk, and that no byte is lost when everything breaks.

``python -m bench.uploads --cuts 200 --megabytes 200`` cuts one file at 200 random bytes: the client
breaks off, the web process, Redis and a worker are killed in turn. Its last line is JSON.
"""

import json
import logging
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import psutil
import structlog

from bench.figures import Figure, at_least, at_most, median
from bench.private import private_site
from harness.chaos.cuts import break_off
from harness.chaos.harness import chaos_home
from harness.site import Site
from harness.uploads import TusSender, seconds_until_taken_over

MEGABYTE = 1 << 20
MIN_SHARE = 0.6
MAX_TAKE_OVER = 5.0
PIECE = 8 * MEGABYTE


@dataclass(frozen=True, kw_only=True)
class UploadRound:
    """Seconds of the clock and of processors, of the bare disk and of an upload after it."""

    bare: float
    bare_cpu: float
    ours: float
    server_cpu: float
    client_cpu: float


def measure(*, quick: bool) -> Sequence[Figure]:
    """Return the share of the disk's speed, and how long a silent sender holds an upload."""
    # a view, so that neither the bare write nor the client copies what it sends
    data = memoryview(os.urandom((32 if quick else 256) * MEGABYTE))
    with private_site() as site:
        sender = TusSender(site.web, site.token(site.user()))
        rounds = [_round(site, sender, data) for _ in range(2 if quick else 5)]
        path = sender.begin(4 * MEGABYTE)
        silence = seconds_until_taken_over(sender, path, bytes(data[: 4 * MEGABYTE]))
    return [
        *_speed(rounds, len(data) / MEGABYTE),
        at_most("a silent sender is replaced after", silence, MAX_TAKE_OVER, "s"),
    ]


def _speed(rounds: Sequence[UploadRound], megabytes: float) -> list[Figure]:
    shares = [one.bare / one.ours for one in rounds]
    speed = megabytes / median([one.ours for one in rounds])
    note = f"{min(shares):.2f} to {max(shares):.2f}; {speed:.0f} MiB/s with the SHA-256 of all"
    bare = median([one.bare_cpu for one in rounds])
    server = median([one.server_cpu for one in rounds])
    client = median([one.client_cpu for one in rounds])
    each = 1000 / megabytes
    return [
        at_least(
            "upload on loopback against write and fsync", median(shares), MIN_SHARE, "×", note
        ),
        Figure(name="  processor of the server, each MiB", value=server * each, unit="ms"),
        Figure(name="  of the client", value=client * each, unit="ms"),
        Figure(name="  of the bare write", value=bare * each, unit="ms"),
    ]


def _round(site: Site, sender: TusSender, data: memoryview) -> UploadRound:
    """Write to the bare disk, then upload the same bytes."""
    target = site.settings.home / "bare"
    _warm(target, data)
    began, cpu = time.perf_counter(), time.process_time()
    _write(target, data)
    bare, bare_cpu = time.perf_counter() - began, time.process_time() - cpu
    target.unlink()
    _warm(target, data)
    path, server = sender.begin(len(data)), _cpu_of(site)
    began, cpu = time.perf_counter(), time.process_time()
    with sender.connected(path, 0, len(data)) as raw:  # a client that costs next to nothing
        for start in range(0, len(data), PIECE):
            raw.sendall(data[start : start + PIECE])
        answer = raw.recv(100)
    assert answer.startswith(b"HTTP/1.1 204"), answer
    return UploadRound(
        bare=bare,
        bare_cpu=bare_cpu,
        ours=time.perf_counter() - began,
        server_cpu=_cpu_of(site) - server,
        client_cpu=time.process_time() - cpu,
    )


def _cpu_of(site: Site) -> float:
    assert site.web.process is not None
    times = psutil.Process(site.web.process.pid).cpu_times()
    return float(times.user + times.system)


def _warm(target: Path, data: memoryview) -> None:
    """Leave free memory to the disk cache that the host of a virtual machine already backs.

    Memory that the machine takes anew costs four times as much as the write itself, by chance in
    the one measurement or in the other.
    """
    _write(target, data, data)
    target.unlink()


def _write(target: Path, *contents: memoryview) -> None:
    with target.open("wb") as file:
        for data in contents:
            for start in range(0, len(data), PIECE):
                file.write(data[start : start + PIECE])
        file.flush()
        os.fsync(file.fileno())


@click.command()
@click.option("--cuts", default=200, show_default=True)
@click.option("--megabytes", default=200, show_default=True)
@click.option("--seed", default=None, type=int)
def main(cuts: int, megabytes: int, seed: int | None) -> None:
    """Cut an upload at random bytes; exit code 1 if it is another in the end, or a job is."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seed = seed if seed is not None else random.randrange(1 << 32)
    with chaos_home() as home:
        result = break_off(home, cuts, megabytes * MEGABYTE, seed)
    for sentence in result.verdict.all_faults:
        print(sentence)
    print(json.dumps(result.summary()))
    sys.exit(0 if result.is_good else 1)


if __name__ == "__main__":
    main()
