"""One topic, read once and sent to everybody who watches it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.db.engine import Database
from app.events.log import PAGE, EventsPage, read_page
from app.http.threads import run_in_thread
from app.realtime.extension import TopicWatcher

Send = Callable[[str, dict[str, Any]], Awaitable[None]]


class Feed:
    """Follows one topic: ``cursor`` is the newest number that its watchers were sent.

    ``translators`` are, by socket, those who hear the topic in words of their own.
    """

    def __init__(self, topic: str, database: Database, send: Send) -> None:
        self.topic = topic
        self.cursor: int | None = None
        self.watchers: set[str] = set()
        self.translators: dict[str, TopicWatcher] = {}
        self.is_rung = False
        self._database = database
        self._send = send
        self._lock = asyncio.Lock()

    async def advance(self) -> None:
        """Send the watchers everything that has been committed since the cursor."""
        async with self._lock:
            self.is_rung = False  # a ring from here on may speak of rows this read does not see
            if self.cursor is None:
                self.cursor = (await self._read(2**62, 1)).last_seq
            page = await self._read(self.cursor)
            while page.events:
                for event in page.events:
                    await self._send(self.topic, event)
                    self.cursor = event["seq"]
                page = await self._read(self.cursor)

    async def join(self, after: int, enter: Callable[[], Awaitable[None]]) -> EventsPage:
        """Return what lies after ``after``, and enter the room exactly where the page ends.

        Between the last comparison and ``enter`` nothing is awaited that yields, so the first
        live event is the one after the page: no gap and no duplicate.
        """
        while True:
            await self.advance()
            page = await self._read(after)
            if page.more or page.last_seq == self.cursor:
                await enter()
                return page

    async def _read(self, after: int, limit: int = PAGE) -> EventsPage:
        return await run_in_thread(self._page, after, limit)

    def _page(self, after: int, limit: int) -> EventsPage:
        with self._database.read() as session:
            return read_page(session, self.topic, after, limit)
