"""The table of attacks: what one client does, and what the others may notice of it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bench.abuse import attacks_http as http
from bench.abuse import attacks_sockets as sockets
from bench.abuse.scene import Scene


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One row. ``longest`` and ``p95`` in ms of another person's list, ``memory`` in MB.

    What another person waits for without the attack, on this machine at this time, is added to
    ``longest``. ``outcome`` says whether what the attack reports is as it should be.
    """

    name: str
    run: Callable[[Scene], Coroutine[Any, Any, str]]
    longest: float | None = None
    p95: float | None = None
    memory: float = 350.0
    outcome: Callable[[str], bool] = lambda _: True


def _few_rows(outcome: str) -> bool:
    return int(outcome.split(", ")[1].split(maxsplit=1)[0]) <= 2  # a minute may end meanwhile


ATTACKS = (
    Attack(name="anonymous sign-in of 2 MB", run=http.unknown_keys_of_a_stranger, longest=50,
           outcome=lambda seen: "413" in seen and "422" not in seen),
    Attack(name="20 MB of unknown names in a start", run=http.unknown_keys_of_a_start,
           longest=300),
    Attack(name="HTTP/2 streams reset", run=sockets.reset_streams, longest=300),
    Attack(name="200 slow anonymous bodies", run=http.slow_bodies, longest=300, memory=250,
           outcome=lambda seen: "open" not in seen),
    Attack(name="200 slow downloads", run=http.slow_downloads, longest=300, memory=250),
    Attack(name="16 batches of 30 MB", run=http.large_batches, longest=2_000, memory=900),
    Attack(name="20,000 subscribes on one socket", run=sockets.subscribe_flood, longest=300,
           outcome=lambda seen: "cut" in seen),
    Attack(name="300 silent WebSockets", run=sockets.silent_sockets, longest=300,
           outcome=lambda seen: ", 0 open" in seen),
    Attack(name="8 heavy lists of one person", run=http.heavy_lists, p95=100),
    Attack(name="wrong one-time codes", run=http.wrong_codes, p95=100, outcome=_few_rows),
    Attack(name="8 starts with 400 KB of unknown settings", run=http.unknown_settings,
           longest=300),
)  # fmt: skip
