"""Small web sites over real HTTP on loopback, and a world in which their names lead there.

A route is an entry of ``hosts`` in a ``site.json`` of ``tests/cases/scheduler/sites``; one that is a
function gets the request and writes what it likes.
"""

import gzip
import json
import struct
import sys
import threading
import time
import zlib
from collections import defaultdict
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore

from services.sites.analyse import SitePorts
from services.sites.reading.html import read_page

SITES = Path(__file__).parents[1] / "cases" / "scheduler" / "sites"
PUBLIC = "93.184.216.34"
PAGE = "text/html; charset=utf-8"


def no_model(order):
    """Stand where no summary is to be asked for."""
    raise AssertionError(order)


def site(name: str) -> dict:
    return json.loads((SITES / name / "site.json").read_text(encoding="utf-8"))


class WebWorld:
    """Hosts and names; ``requests`` are (host, method, path), ``connections`` are addresses."""

    def __init__(self, hosts: dict, dns: dict | None = None) -> None:
        self.hosts = {name.lower(): routes for name, routes in hosts.items()}
        self.dns = {name: [[PUBLIC]] for name in hosts} if dns is None else dns
        self.requests: list[tuple[str, str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.connections: list[str] = []
        self.bytes_sent = 0
        self.port = 0
        self._looks: defaultdict[str, int] = defaultdict(int)

    def ports(self, read=read_page) -> SitePorts:
        return SitePorts(resolve=self.resolve, connector=_ToLoopback(self), read=read)

    async def resolve(self, host: str, port: int) -> list[str]:
        answers = self.dns.get(host) or [[]]
        addresses = answers[min(self._looks[host], len(answers) - 1)]
        self._looks[host] += 1
        if not addresses:
            raise httpcore.ConnectError("no such name")
        return addresses

    def paths(self) -> list[str]:
        return [path for _, _, path in self.requests]


class _ToLoopback(httpcore.AnyIOBackend):
    """Takes every address that was let through to the server of a world."""

    def __init__(self, world: WebWorld) -> None:
        self._world = world

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self._world.connections.append(host)
        if not self._world.port:
            raise httpcore.ConnectError("nothing answers")
        return await super().connect_tcp("127.0.0.1", self._world.port, timeout)


@contextmanager
def served(world: WebWorld):
    handler = type("BoundHandler", (_Handler,), {"world": world})
    server = _Server(("127.0.0.1", 0), handler)
    world.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):  # the other side had enough
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: WebWorld

    def log_message(self, *_):
        pass

    def do_GET(self):
        try:
            self._answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_HEAD(self):
        self.do_GET()

    def _answer(self):
        host = (self.headers.get("Host") or "").split(":")[0].lower()
        routes = self.world.hosts.get(host, {})
        path = self.path if self.path in routes else self.path.split("?")[0]
        visits = sum(seen == (host, path) for seen in map(_of_get, self.world.requests))
        self.world.requests.append((host, self.command, path))
        self.world.headers.append(dict(self.headers))
        route = routes.get(path, routes.get("*", {"status": 404, "text": "Not found"}))
        if isinstance(route, list):
            route = route[min(visits, len(route) - 1)]
        route(self) if callable(route) else self._send_route(route)

    def _send_route(self, route):
        headers = {"Content-Type": PAGE} | route.get("headers", {})
        if self.command == "HEAD" and route.get("no_head"):
            return self.send(405, b"", {"Allow": "GET"})
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            return self.begin(304, {"ETag": headers["ETag"]})
        time.sleep(route.get("delay", 0))
        if "endless" in route:
            return self.send_endless(route["endless"].encode(), headers, route.get("pieces", 10**6))
        if "gzip_of_zeros" in route:
            headers["Content-Encoding"] = "gzip"
        return self.send(route.get("status", 200), body_of(route), headers)

    def begin(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, status, body, headers):
        self.begin(status, headers | {"Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.write(body)

    def send_endless(self, piece, headers, pieces=10**6):
        """Send until the other side has enough; the end is that of the connection."""
        self.begin(200, headers | {"Connection": "close"})
        self.close_connection = True
        for _ in range(pieces):
            self.write(piece * 512)

    def write(self, data):
        self.wfile.write(data)
        self.world.bytes_sent += len(data)


def _of_get(request):
    host, _, path = request
    return host, path


def body_of(route) -> bytes:
    if "gzip_of_zeros" in route:
        return gzip_of_zeros(route["gzip_of_zeros"])
    body = route.get("text", "").encode(route.get("encoding", "utf-8")) * route.get("repeat", 1)
    return gzip.compress(body) if route.get("gzip") else body


@cache
def gzip_of_zeros(megabytes: int) -> bytes:
    """Return a gzip file of so many megabytes of zeros: one block, again and again.

    Its check sum is wrong: nobody gets that far.
    """
    packer, megabyte = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    first = packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.flush() + struct.pack("<II", 0, (megabytes << 20) & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + first + again * (megabytes - 1) + end
