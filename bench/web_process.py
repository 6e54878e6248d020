"""What the web process costs before anybody comes."""

import time

import psutil

from bench.figures import Figure, at_most, median
from bench.private import private_settings
from harness.site import WebProcess

MAX_SECONDS, MAX_MB = 1.5, 150.0
IDLE_SECONDS = 5.0


def measure(starts: int = 5) -> list[Figure]:
    """Return seconds to ready (median of some starts) and the memory of an idle process."""
    seconds, rss, pss = [], 0.0, 0.0
    with private_settings() as settings:
        for _ in range(starts):
            web = WebProcess(settings, settings.home / "web.log")
            seconds.append(web.start())
            if len(seconds) == starts:
                time.sleep(IDLE_SECONDS)
                memory = psutil.Process(web.process.pid).memory_full_info()  # type: ignore[union-attr]
                rss, pss = memory.rss / 1e6, memory.pss / 1e6
            web.end()
    return [
        at_most("web: start → /health/live", median(seconds), MAX_SECONDS, "s"),
        at_most("web: idle memory (RSS)", rss, MAX_MB, "MB"),
        at_most("web: idle memory (PSS)", pss, MAX_MB, "MB"),
    ]
