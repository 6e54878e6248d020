"""Items of a benchmark per second, against bare httpx with as many requests in flight.

Both ask the same prompts at the same simulated model in a process of its own, and take turns; both
parse the answers. Ours also judges, reads, and keeps count of them.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from bench.figures import Figure, at_least, median
from harness.ports import free_port
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import Message, PromptTemplate, build_messages
from services.benchmarks.engine.ask import ask_items
from services.benchmarks.engine.client import ModelClient
from services.benchmarks.engine.ports import AskItem, ItemOutcome
from services.benchmarks.engine.settings import AskSettings

IN_FLIGHT = 64
TARGET_RATIO = 0.95
MODEL = "simulated"


def measure(items: int = 2000, rounds: int = 3) -> list[Figure]:
    """Return both rates, in items per second, and their ratio."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "workers.benchmark_model", "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _await(port)
        url = f"http://127.0.0.1:{port}/v1"
        pairs = [
            (asyncio.run(_ours(url, items)), asyncio.run(_bare(url, items))) for _ in range(rounds)
        ]
    finally:
        server.kill()
        server.wait()
    ours, bare = (median(values) for values in zip(*pairs, strict=True))
    ratio = median([one / other for one, other in pairs])
    return [
        Figure(name=f"items asked, {IN_FLIGHT} in flight", value=ours, unit="/s"),
        Figure(name="bare httpx", value=bare, unit="/s"),
        at_least("ratio", ratio, TARGET_RATIO, "×"),
    ]


def _await(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The simulated model does not listen.")


def _prompts(items: int) -> Iterator[list[Message]]:
    template = PromptTemplate(language="en")
    for number in range(items):
        yield build_messages(DescribedPersona(uuid=str(number), age=number % 90), "kind", template)


async def _ours(url: str, items: int) -> float:
    settings = AskSettings(
        base_url=url, model=MODEL, allow_private=True, concurrency=IN_FLIGHT, constrained=False
    )
    outcomes: list[ItemOutcome] = []
    questions = (AskItem(key=key, messages=one) for key, one in enumerate(_prompts(items)))
    started = time.perf_counter()
    async with ModelClient(settings) as client:
        await ask_items(questions, client, settings, outcomes.append, lambda: False, lambda _: None)
    return len(outcomes) / (time.perf_counter() - started)


async def _bare(url: str, items: int) -> float:
    prompts = _prompts(items)
    answers: list[str] = []
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    started = time.perf_counter()
    async with httpx.AsyncClient(limits=limits, timeout=120) as client:

        async def ask() -> None:
            for messages in prompts:
                body = {"model": MODEL, "messages": messages, "max_tokens": 256, "temperature": 0}
                answer = await client.post(f"{url}/chat/completions", json=body)
                answers.append(answer.json()["choices"][0]["message"]["content"])

        await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))
    return len(answers) / (time.perf_counter() - started)
