"""A real S3 server in this process that can be away, wholly or for what a test names."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

CREDENTIALS = {
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
Asks = Callable[[str, str], bool]  # method and path: whether nobody answers


class S3Server:
    """Its address, and which requests it refuses at the moment."""

    def __init__(self) -> None:
        self._application = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self._refuses: Asks = lambda _method, _path: False
        self.refused = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request, or 503 while it is away."""
        if self._refuses(environ["REQUEST_METHOD"], environ["PATH_INFO"]):
            self.refused += 1
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response("503 Slow Down", [("Content-Length", "0")])
            return [b""]
        return self._application(environ, start_response)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def away(self, refuses: Asks) -> Iterator[None]:
        """Refuse these requests until the end."""
        self._refuses = refuses
        try:
            yield
        finally:
            self._refuses = lambda _method, _path: False

    @contextmanager
    def running(self) -> Iterator["S3Server"]:
        """Serve until the end."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
