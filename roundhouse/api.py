"""Talking to the platform: one request at a time, and which answers mean what."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from roundhouse.batches import Request
from roundhouse.errors import Refused, Unreachable
from roundhouse.spool import Record

TIMEOUT_SECONDS = 30.0
UPLOAD_SECONDS = 600.0
BUSY = (408, 425, 429)
MAX_WAIT = 300.0


class Api:
    """The platform at ``url``, as whoever has ``token``."""

    def __init__(self, url: str, token: str) -> None:
        headers = {
            "Authorization": f"Bearer {token}",
            "User-Agent": f"roundhouse-python/{platform.python_version()}",
        }
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=TIMEOUT_SECONDS)

    def begin(self, about: Record) -> Record:
        """Make the run, or find the one that this key made before."""
        return self._request(
            "POST", "/api/runs", json=about["run"], headers={"Idempotency-Key": about["key"]}
        )

    def beat(self, run_id: int) -> bool:
        """Give a sign of life; return whether a stop is requested."""
        return bool(self._request("POST", f"/api/runs/{run_id}/heartbeat")["stop_requested"])

    def send(self, run_id: int, request: Request, file: Path | None = None) -> Record:
        """Send one request of a run."""
        path = f"/api/runs/{run_id}{request.path}"
        if file is None:
            return self._request(request.method, path, json=request.json)
        with file.open("rb") as content:
            return self._request(
                request.method,
                path,
                data=request.fields,
                files={"file": (request.fields["name"], content)},
                timeout=UPLOAD_SECONDS,
            )

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _request(self, method: str, path: str, **options: Any) -> Record:
        with _known_errors():
            answer = self._http.request(method, path, **options)
            if answer.is_success:
                content: Record = answer.json() if answer.content else {}
                return content
        raise _fault(answer)


@contextmanager
def _known_errors() -> Iterator[None]:
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused(f"the address cannot be used: {error}", final=True) from None
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from None
    except ValueError:
        raise Unreachable("what answers is not Roundhouse") from None


def _fault(answer: httpx.Response) -> Refused | Unreachable:
    reason = f"{answer.status_code} {_detail(answer)}"
    status = answer.status_code
    waiting = status == 409 and "Idempotency-Key" in reason
    if status >= 500 or status in BUSY or waiting or answer.is_redirect:
        return Unreachable(reason, _wait(answer))
    return Refused(reason, final=status in (401, 403, 404), divisible=status in (413, 422))


def _detail(answer: httpx.Response) -> str:
    try:
        body = answer.json()
        errors = body.get("errors") or {}
        named = "; ".join(f"{name}: {' '.join(sentences)}" for name, sentences in errors.items())
        return f"{body['detail']} {named}".strip()
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.text[:200]


def _wait(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), MAX_WAIT) if text.isdigit() else 0.0
