"""Uploads: their speed against the same disk, and that no byte is lost when everything breaks.

``python -m bench.uploads --cuts 200 --megabytes 200`` breaks off an upload 200 times at random
bytes, by closed and reset connections and by killing the web process, and prints JSON.
"""

import hashlib
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from bench.figures import Figure, at_least, at_most, median
from bench.private import private_site
from harness.site import Site
from harness.uploads import TusSender, random_cuts, seconds_until_taken_over, send_with_cuts

MEGABYTE = 1 << 20
MIN_SHARE = 0.6
MAX_TAKE_OVER = 5.0
PIECE = 8 * MEGABYTE


def measure(*, quick: bool) -> Sequence[Figure]:
    """Return the share of the disk's speed, and how long a silent sender holds an upload."""
    data = random.randbytes((32 if quick else 256) * MEGABYTE)
    with private_site() as site:
        sender = TusSender(site.web, site.token(site.user()))
        rounds = [_both(site, sender, data) for _ in range(2 if quick else 5)]
        path = sender.begin(4 * MEGABYTE)
        silence = seconds_until_taken_over(sender, path, data[: 4 * MEGABYTE])
    share = median([bare / ours for bare, ours in rounds])
    speed = len(data) / MEGABYTE / median([ours for _, ours in rounds])
    note = f"{speed:.0f} MiB/s, SHA-256 of the whole in it"
    return [
        at_least("upload on loopback against write and fsync", share, MIN_SHARE, "×", note),
        at_most("a silent sender is replaced after", silence, MAX_TAKE_OVER, "s"),
    ]


def _both(site: Site, sender: TusSender, data: bytes) -> tuple[float, float]:
    """Return the seconds that the bare disk takes, and those of an upload, one after the other."""
    target = site.settings.home / "bare"
    began = time.perf_counter()
    _write(target, data)
    bare = time.perf_counter() - began
    target.unlink()
    path = sender.begin(len(data))
    began = time.perf_counter()
    with sender.connected(path, 0, len(data)) as raw:  # a client that costs next to nothing
        for start in range(0, len(data), PIECE):
            raw.sendall(data[start : start + PIECE])
        answer = raw.recv(100)
    assert answer.startswith(b"HTTP/1.1 204"), answer
    return bare, time.perf_counter() - began


def _write(target: Path, data: bytes) -> None:
    with target.open("wb") as file:
        for start in range(0, len(data), PIECE):
            file.write(data[start : start + PIECE])
        file.flush()
        os.fsync(file.fileno())


def break_off(cuts: int, megabytes: int, seed: int) -> dict[str, object]:
    """Send one file that is broken off ``cuts`` times; return what became of it."""
    draw = random.Random(seed)
    data = draw.randbytes(megabytes * MEGABYTE)
    with private_site() as site:
        sender = TusSender(site.web, site.token(site.user()))
        began = time.monotonic()
        path = send_with_cuts(sender, data, random_cuts(draw, cuts), draw)
        shown = sender.shown(path)
        return {
            "cuts": Counter(sender.faults),
            "bytes": len(data),
            "sent": sender.sent,
            "equal": shown["sha256"] == hashlib.sha256(data).hexdigest(),
            "seconds": round(time.monotonic() - began, 1),
            "seed": seed,
        }


@click.command()
@click.option("--cuts", default=200, show_default=True)
@click.option("--megabytes", default=200, show_default=True)
@click.option("--seed", default=None, type=int)
def main(cuts: int, megabytes: int, seed: int | None) -> None:
    """Break an upload off at random bytes; exit code 1 if the file is another in the end."""
    result = break_off(cuts, megabytes, seed if seed is not None else random.randrange(1 << 32))
    print(json.dumps(result))
    sys.exit(0 if result["equal"] else 1)


if __name__ == "__main__":
    main()
