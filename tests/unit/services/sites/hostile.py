"""Routes of servers that mean no good: each is a function of the request."""

import gzip
import time
import zlib

from tests.support.web_sites import PAGE, gzip_of_zeros

HTML = "<!doctype html><html lang=en><title>T</title><h1>H</h1><p>" + "word " * 60
MEGABYTE = bytes(1 << 20)


def packed(coding: str, body: bytes, status: int = 200):
    headers = {"Content-Type": PAGE, "Content-Encoding": coding}
    return lambda call: call.send(status, body, headers)


def raw(*pieces: bytes, seconds: float = 0.0, times: int = 1):
    """Write bytes as they are, without a head of HTTP, and end the connection."""

    def route(call):
        call.close_connection = True
        for _ in range(times):
            for piece in pieces:
                call.write(piece)
                time.sleep(seconds)

    return route


def endless_chunks(call):
    call.begin(200, {"Content-Type": PAGE, "Transfer-Encoding": "chunked"})
    call.close_connection = True
    for _ in range(10**5):
        call.write(b"10000\r\n" + b"<p>" + b"x" * 0xFFFD + b"\r\n")


def endless_robots(call):
    call.send_endless(b"User-agent: *\nDisallow: /secret\n", {"Content-Type": "text/plain"})


def many_members(call):
    body = gzip.compress(b"") * 200_000
    call.send(200, body, {"Content-Type": PAGE, "Content-Encoding": "gzip"})


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BODIES = {  # all are bad_data
    "gzip bomb": packed("gzip", gzip_of_zeros(200)),
    "deflate bomb": packed("deflate", zlib.compress(MEGABYTE * 20, 9)),
    "raw deflate bomb": packed("deflate", raw_deflate(MEGABYTE * 20)),
    "bomb in a bomb": packed("gzip, gzip", gzip.compress(gzip_of_zeros(200))),
    "many members": many_members,
    "brotli": packed("br", b"\x0b\x02\x80"),
    "zstd": packed("zstd", b"\x28\xb5\x2f\xfd"),
    "no gzip at all": packed("gzip", HTML.encode()),
    "half a gzip": packed("gzip", gzip.compress(HTML.encode())[:40]),
    "endless": {"endless": "<p>more</p>"},
    "endless chunks": endless_chunks,
    "large": {"text": "<p>more</p>", "repeat": 600_000},
    "blank": {"text": " \n\t "},
    "plain text": {"text": HTML, "headers": {"Content-Type": "text/plain"}},
    "json": {"text": "{}", "headers": {"Content-Type": "application/json"}},
    "a PDF that says it is HTML": {"text": "%PDF-1.7 <html>"},
    "nothing that says what it is": {"text": "hello", "headers": {"Content-Type": ""}},
    "part of a page": {"status": 206, "text": HTML},
    "not modified, though nobody asked": {"status": 304, "text": ""},
    "a choice": {"status": 300, "text": HTML},
    "a redirect to nowhere": {"status": 301, "text": HTML},
    "teapot": {"status": 418, "text": HTML},
}
TRANSPORT = {  # all are network
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "closed at once": raw(),
    "a length that is a lie": raw(OK + b"Content-Length: 5000\r\n\r\n<p>x"),
    "two lengths": raw(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<p>xyz"),
    "a bad chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<p>\r\n0\r\n\r\n"),
    "endless header": raw(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 65536, times=1000),
    "endless headers": raw(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 9000, times=100),
    "broken off": raw(OK + b"\r\n"[:1]),
}
SLOW = {  # all are timeout
    "slow head": raw(b"H", b"T", seconds=0.05, times=10**4),
    "slow body": raw(OK + b"\r\n", b"<p>", seconds=0.05, times=10**4),
    "endless continue": raw(b"HTTP/1.1 100 Continue\r\n\r\n", seconds=0.01, times=10**5),
}
