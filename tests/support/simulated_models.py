"""The simulated model, served over HTTP in the loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.ports import free_port
from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.serving import serve_model


@asynccontextmanager
async def simulated_model(settings: ServerSettings | None = None) -> AsyncIterator[str]:
    """Yield the base URL of the model."""
    port, stop = free_port(), asyncio.Event()
    task = asyncio.create_task(serve_model(settings or ServerSettings(), "127.0.0.1", port, stop))
    await until_it_listens(port)
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        stop.set()
        await task


async def until_it_listens(port: int, seconds: float = 60) -> None:
    for _ in range(int(seconds * 100)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
    raise TimeoutError(port)
