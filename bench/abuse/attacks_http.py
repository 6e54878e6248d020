"""Attacks by requests: bodies, streams, downloads, lists."""

import asyncio
from typing import Any

import httpx
import orjson

from bench.abuse.scene import Scene

LOGIN, START = "/api/auth/login", "/api/experiments/centralized/train"
SLOW_SECONDS = 6.0
MANY = 200


def unknown_keys(size: int) -> bytes:
    """Return an object of about so many bytes whose names nobody knows."""
    return orjson.dumps({f"unknown_{number:07}": 1 for number in range(size // 20)})


async def _posted(http: httpx.AsyncClient, path: str, body: bytes, times: int) -> str:
    answers = await asyncio.gather(
        *(http.post(path, content=body, headers=JSON) for _ in range(times)),
        return_exceptions=True,
    )
    return _counted(answers)


JSON = {"Content-Type": "application/json"}


def _counted(answers: list[Any]) -> str:
    """Return how often each status came and the longest answer."""
    names = [
        str(one.status_code) if isinstance(one, httpx.Response) else type(one).__name__
        for one in answers
    ]
    sizes = [len(one.content) for one in answers if isinstance(one, httpx.Response)]
    counts = ", ".join(f"{names.count(name)} x {name}" for name in sorted(set(names)))
    return f"{counts}; {max(sizes, default=0):,} B"


async def unknown_keys_of_a_stranger(scene: Scene) -> str:
    """Send sign-in bodies of 2 MB."""
    async with scene.http() as http:
        return await _posted(http, LOGIN, unknown_keys(1_900_000), 4)


async def unknown_keys_of_a_start(scene: Scene) -> str:
    """Start runs with 20 MB of unknown names, one after the other."""
    async with scene.http(scene.attacker) as http:
        body = unknown_keys(20_000_000)
        return "; ".join([await _posted(http, "/api/runs", body, 1) for _ in range(2)])


async def unknown_settings(scene: Scene) -> str:
    """Start eight trainings at once with 400 KB of unknown settings."""
    settings = unknown_keys(400_000)
    body = b'{"config":' + settings + b"}"
    async with scene.http(scene.attacker) as http:
        return await _posted(http, START, body, 8)


async def large_batches(scene: Scene) -> str:
    """Send sixteen batches of points of 30 MB at once."""
    many = 800_000
    part = {"name": "loss", "steps": [*range(many)], "values": [n / 7 for n in range(many)]}
    body = orjson.dumps({"batch_id": "00", "series": [part]})
    async with scene.http(scene.attacker) as http:
        path = f"/api/runs/{scene.run_id}/series"
        return f"{len(body) / 1e6:.0f} MB each: " + await _posted(http, path, body, 16)


async def heavy_lists(scene: Scene) -> str:
    """Ask eight times at once for what takes long over all runs, for some seconds."""
    end = asyncio.get_running_loop().time() + (6 if scene.quick else 15)

    async def ask(http: httpx.AsyncClient) -> int:
        answers = 0
        while asyncio.get_running_loop().time() < end:
            (await http.get("/api/runs/analytics/summary")).raise_for_status()
            answers += 1
        return answers

    async with scene.http(scene.attacker) as http:
        return f"{sum(await asyncio.gather(*(ask(http) for _ in range(8))))} answers"


async def wrong_codes(scene: Scene) -> str:
    """Try one-time codes for some seconds; count what the audit log keeps."""
    before, loop = scene.audit_rows(), asyncio.get_running_loop()
    end = loop.time() + 4

    async def guess(http: httpx.AsyncClient) -> int:
        guesses = 0
        while loop.time() < end:
            await http.post("/api/auth/one-time", json={"code": f"wrong{guesses:040}"})
            guesses += 1
        return guesses

    async with scene.http() as http:
        guesses = sum(await asyncio.gather(*(guess(http) for _ in range(4))))
    return f"{guesses} guesses, {scene.audit_rows() - before} audit rows"


async def slow_bodies(scene: Scene) -> str:
    """Open many bodies as nobody, send most of each and then next to nothing."""
    outcomes = await asyncio.gather(*(_slow_body(scene, path) for path in (LOGIN, START) * 100))
    return ", ".join(f"{outcomes.count(one)} x {one}" for one in sorted(set(outcomes)))


async def _slow_body(scene: Scene, path: str) -> str:
    reader, writer = await asyncio.open_connection(*scene.address)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    answer = asyncio.create_task(reader.read(12))
    try:
        writer.write(f"{head}Content-Length: 2000000\r\n\r\n".encode() + b" " * 1_900_000)
        async with asyncio.timeout(SLOW_SECONDS):
            return (await answer)[9:].decode() or "cut"
    except TimeoutError:
        return "open"
    except OSError:
        return "cut"
    finally:
        answer.cancel()
        writer.transport.abort()


async def slow_downloads(scene: Scene) -> str:
    """Ask for a large file many times and read nothing of it."""
    loop = asyncio.get_running_loop()
    head = (
        f"GET {scene.download} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {scene.attacker}\r\n\r\n"
    ).encode()
    opened = []
    for _ in range(MANY):
        reader, writer = await asyncio.open_connection(*scene.address, limit=2**14)
        writer.write(head)
        opened.append((reader, writer))
    until = loop.time() + SLOW_SECONDS
    begun = await asyncio.gather(*(reader.readline() for reader, _ in opened))
    await asyncio.sleep(until - loop.time())
    for _, writer in opened:
        writer.transport.abort()
    return f"{sum(b' 200 ' in line for line in begun)} begun"
