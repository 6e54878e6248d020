"""What reaches the port without being plain HTTP/1.1, and what Socket.IO refuses by itself."""

import asyncio

import httpx
import pytest

from app.http.headers import HEADERS
from harness.site import Site

ODD = {
    "an absolute target": b"GET http://elsewhere.example/health/live HTTP/1.1\r\nHost: @\r\n\r\n",
    "a target without a path": b"GET elsewhere:443 HTTP/1.1\r\nHost: @\r\n\r\n",
    "a tunnel": b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: @\r\n\r\n",
    "an asterisk": b"OPTIONS * HTTP/1.1\r\nHost: @\r\n\r\n",
    "HTTP/9": b"GET /health/live HTTP/9\r\nHost: @\r\n\r\n",
    "HTTP/9.0": b"GET /health/live HTTP/9.0\r\nHost: @\r\n\r\n",
    "bare line feeds": b"GET /health/live HTTP/1.1\nHost: @\n\n",
    "a bare line feed among others": b"GET /health/live HTTP/1.1\r\nHost: @\nX-A: b\r\n\r\n",
    "a folded header": b"GET /health/live HTTP/1.1\r\nHost: @\r\nX-A: b\r\n c\r\n\r\n",
    "a header folded by a tab": b"GET /health/live HTTP/1.1\r\nHost: @\r\nX-A: b\r\n\tc\r\n\r\n",
}
REFUSED_SOCKETS = {
    "a bad transport": ("GET", "EIO=4&transport=polling"),
    "an unknown transport": ("GET", "EIO=4&transport=pigeon"),
    "an unknown session": ("GET", "EIO=4&transport=websocket&sid=nobody"),
    "a body that is too large": ("POST", "EIO=4&transport=polling&sid=nobody"),
    "an old protocol": ("GET", "EIO=1&transport=websocket"),
}


async def answer_to(site: Site, message: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.settings.port)
    writer.write(message)
    try:
        async with asyncio.timeout(20):
            return await reader.readline()
    finally:
        writer.close()


@pytest.mark.parametrize("kind", ODD)
async def test_what_is_not_plain_http_is_refused(site: Site, kind: str) -> None:
    ours = f"127.0.0.1:{site.settings.port}".encode()
    plain = b"GET /health/live HTTP/1.1\r\nHost: @\r\n\r\n".replace(b"@", ours)
    assert (await answer_to(site, plain)).split(b" ")[1] == b"200"
    status = (await answer_to(site, ODD[kind].replace(b"@", ours))).split(b" ")[1]
    assert status in (b"400", b"505")


@pytest.mark.parametrize("kind", REFUSED_SOCKETS)
async def test_what_socket_io_refuses_is_guarded_like_every_answer(
    site: Site, http: httpx.AsyncClient, kind: str
) -> None:
    method, query = REFUSED_SOCKETS[kind]
    content = b"4" * 2_000_000 if method == "POST" else None
    answer = await http.request(method, f"/socket.io/?{query}", content=content)
    assert answer.status_code == 400
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
