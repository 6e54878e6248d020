"""Receivers of messages on this machine: a web server that answers by path, and one of SMTP.

Both speak their protocol over real sockets.
"""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Posted:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebReceiver:
    """Answers each path by its entry of ``routes``, others with 200; keeps what came."""

    routes: dict[str, Callable[[BaseHTTPRequestHandler], None]]
    posted: list[Posted] = field(default_factory=list)
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def answering(status: int, body: bytes = b"ok", **headers: str):
    """Return what answers with a status, a body and headers (_ stands for -)."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """Answer without an end, until the client goes."""
    request.send_response(200)
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"x" * 65536)
    except OSError:
        pass


def hanging(release: threading.Event):
    """Return what answers only once ``release`` is set."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        release.wait(60)

    return answer


@contextmanager
def web_receiver(routes: dict[str, Any] | None = None) -> Iterator[WebReceiver]:
    """Serve on a port of this machine."""
    receiver = WebReceiver(routes or {})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.posted.append(Posted(self.path, headers, body))
            receiver.routes.get(self.path, answering(200))(self)

        def log_message(self, *_: Any) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        receiver.port = port
        yield receiver


@dataclass
class Mailbox:
    """What a mail server took; ``answers`` replaces its answer to a command, such as RCPT."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Serve SMTP on a port of this machine, with STARTTLS where there is a context."""
    mailbox = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 receiver ESMTP")
            while line := self.rfile.readline():
                text = line.decode().strip()
                command = text.split(" ", 1)[0].upper()
                mailbox.commands.append(text)
                if command == "QUIT":
                    self.say("221 bye")
                    return
                self.obey(command)

        def obey(self, command: str) -> None:
            if command in mailbox.answers:
                self.say(mailbox.answers[command])
            elif command == "EHLO":
                self.say("250-receiver")
                if tls is not None and not isinstance(self.connection, ssl.SSLSocket):
                    self.say("250-STARTTLS")
                self.say("250-AUTH PLAIN")
                self.say("250 8BITMIME")
            elif command == "STARTTLS":
                self.say("220 go")
                self.connection = tls.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb", self.rbufsize)
            elif command == "AUTH":
                self.say("235 welcome")
            elif command == "DATA":
                self.say("354 go on")
                mailbox.mails.append(self.content())
                self.say("250 taken")
            else:
                self.say("250 ok")

        def content(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line[1:] if line.startswith(b"..") else line)
            return b"".join(lines)

        def say(self, text: str) -> None:
            self.connection.sendall(f"{text}\r\n".encode())

    with _served(_ThreadingServer(("127.0.0.1", 0), Handler)) as port:
        mailbox.port = port
        yield mailbox


class _ThreadingServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def _served(server: Any) -> Iterator[int]:
    server.daemon_threads = True
    server.block_on_close = False
    server.handle_error = lambda *_: None  # clients that hang up are part of the tests
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
