"""Runs the attacks one after the other and says of each what another person noticed."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from bench.abuse.attacks import ATTACKS, Attack
from bench.abuse.bystander import Bystander
from bench.abuse.memory import MemoryWatch, settled
from bench.abuse.scene import Scene, open_scene
from bench.figures import Figure, percentile

MIN_ANSWERS = 2
BEFORE_SECONDS, AFTER_SECONDS = 2.0, 5.0
RETURNS = 1.3  # times the memory of the idle process
RUNS, QUICK_RUNS = 300_000, 20_000


def measure(*, quick: bool = False, only: Sequence[str] = ()) -> Iterator[Figure]:
    """Yield, for each attack, another person's waits, the memory, and whether it held."""
    attacks = [one for one in ATTACKS if one.name in only] if only else ATTACKS
    with (
        open_scene(QUICK_RUNS if quick else RUNS, quick=quick) as scene,
        Bystander(scene.site.url, scene.other) as bystander,
    ):
        idle = MemoryWatch(scene.pid).now()
        for attack in attacks:
            yield from _attacked(scene, bystander, attack, idle)


def _attacked(scene: Scene, bystander: Bystander, attack: Attack, idle: float) -> Iterator[Figure]:
    began = _quiet(bystander)
    attacked = time.monotonic()
    with MemoryWatch(scene.pid) as memory:
        spent = memory.processor_seconds()
        seen = asyncio.run(attack.run(scene))
    ended = time.monotonic()
    seconds = (
        f"{memory.processor_seconds() - spent:.1f} s of a processor in {ended - attacked:.0f} s"
    )
    time.sleep(0.3)
    after = settled(scene.pid, RETURNS * idle, AFTER_SECONDS)
    before, during = bystander.since(began, attacked), bystander.since(attacked, ended + 0.3)
    yield from _waits(attack, f"{seen}; {seconds}", before, during)
    yield _figure(attack, "memory, most", memory.most, attack.memory, "MB", f"idle {idle:.0f}")
    yield _figure(attack, "memory, 5 s later", after, RETURNS * idle, "MB")


def _quiet(bystander: Bystander) -> float:
    """Return when the other person was last answered as if nobody else were there."""
    while True:
        began = time.monotonic()
        time.sleep(BEFORE_SECONDS)
        if len(bystander.since(began, time.monotonic())) >= MIN_ANSWERS:
            return began


def _waits(
    attack: Attack, seen: str, before: Sequence[float], during: Sequence[float]
) -> Iterator[Figure]:
    quiet, most = percentile(before, 95), max(before)
    p95, longest = percentile(during or [0.0], 95), max(during, default=0.0)
    holds = attack.outcome(seen)
    yield Figure(name=attack.name, value=longest, unit="ms longest", note=seen, is_met=holds)
    yield _figure(attack, "p95 of another", p95, attack.p95, "ms", f"before {quiet:.0f}")
    limit = None if attack.longest is None else attack.longest + most
    yield _figure(attack, "longest of another", longest, limit, "ms", f"before {most:.0f}")


def _figure(
    attack: Attack, what: str, value: float, limit: float | None, unit: str, note: str = ""
) -> Figure:
    target, is_met = ("", None) if limit is None else (f"≤ {limit:.0f}", value <= limit)
    name = f"{attack.name}: {what}"
    return Figure(name=name, value=value, unit=unit, target=target, is_met=is_met, note=note)
