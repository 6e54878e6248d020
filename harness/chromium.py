"""A real headless browser from the PATH, for browser tests and screenshots."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# the second one brings a whole desktop window for every page, and costs five times as much for it
PROGRAMS = ("chromium-headless-shell", "chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # one process for all pages of a profile
    "--process-per-site",
    "--disable-site-isolation-trials",
]


class ChromiumMissingError(Exception):
    """There is no browser; the message says how to get one."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser. Raises ChromiumMissingError."""
    path = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if path is None:
        raise ChromiumMissingError(
            "chromium is not on the PATH; install it: sudo apt-get install chromium"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
