"""A small client of the live server: the wire as it is, and the rules that a browser follows.

Written on plain WebSockets, so that five hundred of them cost little and a test can misbehave.
"""

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

OnEvent = Callable[[str, Any], None]


class ConnectionRefused(Exception):
    """The server does not know who this is."""


CONNECT_SECONDS = 10.0
LOST = (OSError, WebSocketException, httpx.HTTPError, TimeoutError, ConnectionRefused)


class LiveClient:
    """One Socket.IO connection over WebSocket."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        cookie: str | None = None,
        origin: str | None = None,
        on_event: OnEvent | None = None,
        first_frame: str | bytes | None = None,
    ) -> None:
        self.base_url = url
        self.token = token
        self.closed = asyncio.Event()
        self._headers = {"Cookie": cookie} if cookie else {}
        self._origin = origin
        self._on_event = on_event
        self._first_frame = first_frame
        self._numbers = itertools.count()
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._reader: asyncio.Task[None] | None = None
        self.socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Connect and say who this is. Raises ConnectionRefused."""
        address = self.base_url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.socket = await connect(
            address,
            origin=self._origin,  # type: ignore[arg-type]
            additional_headers=self._headers,
            compression=None,
            ping_interval=None,
            max_size=None,
        )
        await self.socket.recv()
        auth = orjson.dumps({"token": self.token}).decode() if self.token else ""
        await self.socket.send("40" + auth if self._first_frame is None else self._first_frame)
        answer = await asyncio.wait_for(self._greeting(), CONNECT_SECONDS)
        if not isinstance(answer, str) or not answer.startswith("40"):
            await self.socket.close()
            raise ConnectionRefused(str(answer))
        self._reader = asyncio.create_task(self._read())

    async def _greeting(self) -> str | bytes:
        """Return the answer to the greeting; a heartbeat to everybody may be faster."""
        while isinstance(answer := await self.socket.recv(), str) and answer.startswith("42"):
            continue
        return answer

    async def call(self, name: str, payload: Any, timeout: float = 20.0) -> Any:
        """Emit an event and return its acknowledgement."""
        number = next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        self.expect(number, answer)
        await self.send(f"42{number}" + orjson.dumps([name, payload]).decode())
        try:
            return await asyncio.wait_for(answer, timeout)
        finally:
            self._acks.pop(number, None)

    def expect(self, number: int, answer: "asyncio.Future[Any]") -> None:
        """Put the acknowledgement of packet ``number`` into ``answer``."""
        self._acks[number] = answer

    async def subscribe(self, topic: str, after: int = 0) -> Any:
        """Ask for a topic's events after a number; return the acknowledgement."""
        return await self.call("subscribe", {"topic": topic, "after": after})

    async def send(self, frame: str | bytes) -> None:
        """Send one frame as it is."""
        assert self.socket is not None
        await self.socket.send(frame)

    def drop(self) -> None:
        """Lose the connection, as a laptop does whose lid is shut: no goodbye."""
        if self.socket is not None and self.socket.transport is not None:
            self.socket.transport.abort()

    def stop_reading(self) -> None:
        """Leave everything that arrives in the kernel's buffers, as a frozen page does."""
        if self.socket is not None:
            self.socket.transport.pause_reading()

    def read_on(self) -> None:
        """Read what has piled up."""
        if self.socket is not None:
            self.socket.transport.resume_reading()

    async def close(self) -> None:
        """Say goodbye."""
        if self._reader is not None:
            self._reader.cancel()
        if self.socket is not None:
            with suppress(ConnectionClosed, TimeoutError, OSError):
                await asyncio.wait_for(self.socket.close(), 5)

    async def _read(self) -> None:
        assert self.socket is not None
        try:
            async for frame in self.socket:
                await self._take(str(frame))
        except ConnectionClosed:
            pass
        finally:
            self.closed.set()
            for waiting in self._acks.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionResetError())

    async def _take(self, frame: str) -> None:
        if frame == "2":
            await self.send("3")
        elif frame.startswith("43"):
            number, _, rest = frame[2:].partition("[")
            waiting = self._acks.get(int(number))
            if waiting is not None and not waiting.done():
                waiting.set_result(orjson.loads("[" + rest)[0])
        elif frame.startswith("42") and self._on_event is not None:
            name, *values = orjson.loads(frame[2:])
            self._on_event(name, values[0] if values else None)
        elif frame.startswith(("41", "1")):
            self.drop()


class Follower:
    """Follows one topic by the rules of the browser, whatever happens to the connection.

    A number at or below the last one is dropped; a number beyond the next one is a hole, which is
    read again. ``seen`` is what would be on screen.
    """

    def __init__(self, url: str, token: str, topic: str, http: httpx.AsyncClient) -> None:
        self.topic = topic
        self.last = 0
        self.seen: list[dict[str, Any]] = []
        self.repeats = self.holes = self.connections = 0
        self.client: LiveClient | None = None
        self.on_shown: Callable[[dict[str, Any]], None] | None = None
        self._url, self._token, self._http = url, token, http
        self._behind = asyncio.Event()

    async def follow(self, until: Callable[[], bool]) -> None:
        """Stay connected until the condition holds; connect again after every loss."""
        while not until():
            self.client = LiveClient(self._url, token=self._token, on_event=self._hear)
            try:
                await self._one_connection(self.client, until)
            except LOST:
                await asyncio.sleep(0.2)
            finally:
                await self.client.close()

    async def _one_connection(self, client: LiveClient, until: Callable[[], bool]) -> None:
        await client.open()
        self.connections += 1
        page = await client.subscribe(self.topic, self.last)
        self._show(page["events"])
        if page["more"]:
            await self._catch_up()
        while not until() and not client.closed.is_set():
            self._behind.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._behind.wait(), 0.1)
                await self._catch_up()

    async def _catch_up(self) -> None:
        """Page through what was missed over HTTP."""
        more = True
        while more:
            page = await self._page()
            self._show(page["events"])
            more = page["more"]

    async def _page(self) -> Any:
        answer = await self._http.get(
            f"{self._url}/api/events",
            params={"topic": self.topic, "after": self.last, "limit": 500},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        return answer.raise_for_status().json()

    def _hear(self, name: str, event: Any) -> None:
        if name != "event" or event["topic"] != self.topic:
            return
        if event["seq"] > self.last + 1:
            self.holes += 1
            self._behind.set()
        else:
            self._show([event])

    def _show(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["seq"] <= self.last:
                self.repeats += 1
                continue
            self.last = event["seq"]
            self.seen.append(event)
            if self.on_shown is not None:
                self.on_shown(event)
