"""Serves the answers of ``servers.json``, one case per path, over real HTTP on loopback.

A case whose class is rate_limited_or_busy, server_down or adapt_request shows its answer once and
a good one afterwards, so that a retry is seen to work; every other case always answers the same.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

PACK = Path(__file__).parents[1] / "cases" / "benchmarks" / "servers.json"
CASES = {one["id"]: one for one in json.loads(PACK.read_text(encoding="utf-8"))["cases"]}
ONCE = {"rate_limited_or_busy", "server_down", "adapt_request"}
NOT_FOUND = {"detail": "Not Found"}


def good_answer(rating: int = 4) -> dict:
    text = json.dumps({"rating": rating})
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "text": text}
    return {
        "object": "chat.completion",
        "model": "m",
        "choices": [{**choice, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 6, "total_tokens": 16},
    }


@dataclass
class CaseServer:
    """Requests that came are in ``log``: (case, kind of route, body)."""

    port: int = 0
    cases: dict = field(default_factory=lambda: CASES)
    log: list = field(default_factory=list)
    seen: dict = field(default_factory=dict)
    delay_s: float = 0.05

    def url(self, case: str) -> str:
        return f"http://127.0.0.1:{self.port}/{case}/v1"

    async def connected(self, reader, writer) -> None:
        try:
            while line := await reader.readline():
                path = line.decode().split(" ", 2)[1]
                length = 0
                while (head := await reader.readline()).strip():
                    name, _, value = head.decode("latin1").partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                body = await reader.readexactly(length) if length else b""
                await self.answer(path, body, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the test is over
        finally:
            writer.close()

    async def answer(self, path: str, body: bytes, writer) -> None:
        case_id, _, rest = path.strip("/").partition("/")
        kind = {"v1/models": "models", "v1/completions": "completions"}.get(rest, "chat")
        self.log.append((case_id, kind, json.loads(body) if body else None))
        await self.send(self.response(self.cases[case_id], kind), writer)

    def response(self, case: dict, kind: str) -> dict:
        endpoint, expected = case["endpoint"], case["expect"]
        if kind == "models" and endpoint != "models":
            return ok({"object": "list", "data": [{"id": "m"}]})
        if kind != "models" and endpoint == "models":
            return ok(good_answer())
        if kind != endpoint and endpoint in ("chat", "completions"):
            is_other = str(expected.get("change", "")).startswith("the other")
            return ok(good_answer()) if is_other else {**ok(NOT_FOUND), "status": 404}
        self.seen[case["id"]] = self.seen.get(case["id"], 0) + 1
        again = self.seen[case["id"]] > 1 and expected["class"] in ONCE
        return ok(good_answer()) if again else case["response"]

    async def send(self, response: dict, writer) -> None:
        transport = response.get("transport")
        if transport == "hang":
            await asyncio.sleep(600)  # longer than any test: who waits for it is seen to
        if transport == "delay":
            await asyncio.sleep(self.delay_s)
            response = response["then"]
        if transport in ("closed_before_response", "refused"):
            writer.transport.abort()
            return
        if transport == "reset":
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {response['of_bytes']}\r\n\r\n"
            writer.write(head.encode() + b'{"id": "cut"'.ljust(response["after_bytes"], b" "))
            await writer.drain()
            writer.transport.abort()
            return
        writer.write(wire(response))
        await writer.drain()


def ok(body: dict) -> dict:
    return {"status": 200, "headers": {"content-type": "application/json"}, "body": body}


def wire(response: dict) -> bytes:
    """Return head and body as they go over the wire, in pieces where the case says so."""
    if "body_base64" in response:
        body = base64.b64decode(response["body_base64"])
    else:
        body = response.get("body_text", json.dumps(response.get("body"))).encode()
    headers = {k: v for k, v in response["headers"].items() if k != "transfer-encoding"}
    head = f"HTTP/1.1 {response['status']} X\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    chunked = "transfer-encoding" in response["headers"] or "event-stream" in str(headers)
    if not chunked:
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    pieces = [body[place : place + 37] for place in range(0, len(body), 37)]
    parts = b"".join(f"{len(one):x}\r\n".encode() + one + b"\r\n" for one in pieces)
    return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + parts + b"0\r\n\r\n"


class ScriptedServer(CaseServer):
    """A server whose answers a function decides: (number of the request from 1, body) -> answer."""

    def __init__(self, script) -> None:
        super().__init__()
        self.script = script

    def response(self, case, kind):
        return self.script(len(self.log), self.log[-1][2])


@asynccontextmanager
async def scripted_server(script) -> AsyncIterator[ScriptedServer]:
    async with listening(ScriptedServer(script)) as served:
        yield served


@asynccontextmanager
async def case_server(**values) -> AsyncIterator[CaseServer]:
    async with listening(CaseServer(**values)) as served:
        yield served


@asynccontextmanager
async def listening(served):
    """Let ``served`` answer on a port of its own."""
    server = await asyncio.start_server(served.connected, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
