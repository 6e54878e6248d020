"""Events that the tests of the wire publish, and waiting for what arrives."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.events import Event, Progress
from harness.live_client import LiveClient


@dataclass(frozen=True, kw_only=True)
class Sent(Event):
    type: ClassVar[str] = "live_test_sent"
    value: Any = None


@dataclass(frozen=True, kw_only=True)
class Moving(Progress):
    type: ClassVar[str] = "live_test_moving"
    value: Any = None


class Listener:
    """A connected client that keeps what it hears."""

    def __init__(self, url: str, token: str | None = None, **options: Any) -> None:
        self.heard: list[dict[str, Any]] = []
        self.heartbeats = 0
        self.client = LiveClient(url, token=token, on_event=self._hear, **options)

    def _hear(self, name: str, value: Any) -> None:
        if name == "event":
            self.heard.append(value)
        else:
            self.heartbeats += 1

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.heard]

    async def __aenter__(self) -> "Listener":
        await self.client.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
