"""The given sequences of uploads, and what plays their steps of tus against the application."""

import asyncio
import base64
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.factories.callers import Caller
from tests.factories.uploads import Expiry

FOLDER = Path(__file__).parents[1] / "cases" / "training"
CASES = json.loads((FOLDER / "uploads.json").read_text())


def blob(name: str) -> bytes:
    """Return the bytes of that name, which are what they should be."""
    about = CASES["blobs"][name]
    if "file" in about:
        data = (FOLDER / about["file"]).read_bytes()
    elif "text" in about:
        data = about["text"].encode()
    else:
        data = _rows(**about["rows"])
    assert (len(data), hashlib.sha256(data).hexdigest()) == (about["length"], about["sha256"])
    return data


def _rows(header: str, start: str, step_min: int, n: int, factor: int, modulus: int) -> bytes:
    first = datetime.fromisoformat(start)
    lines = [header]
    for number in range(n):
        time = first + timedelta(minutes=step_min * number)
        lines.append(f"{time};{number * factor % modulus / 100:.2f}")
    return ("\n".join(lines) + "\n").encode()


class Player:
    """Plays the steps of one sequence."""

    def __init__(self, caller: Caller, other: Caller, expire: Expiry) -> None:
        self.caller, self.other, self.expire = caller, other, expire
        self.saved: dict[str, str] = {"tus": "/api/uploads", "session": "s1"}

    async def play(self, step: dict[str, Any]) -> None:
        """Do one step and compare its answer."""
        await getattr(self, step["do"])(step)

    async def init(self, step: dict[str, Any]) -> None:
        """The session is another domain's."""

    async def restart(self, step: dict[str, Any]) -> None:
        """What the process remembers is gone; ``tests/integration`` kills a real one."""
        self.caller._client.app.extensions.pop("uploads")

    async def advance_clock(self, step: dict[str, Any]) -> None:
        """Let 25 hours pass for the upload."""
        self.expire(self.saved["u"])

    async def cleanup(self, step: dict[str, Any]) -> None:
        """Do what the clock does."""
        self.expire.sweep()

    async def parallel(self, step: dict[str, Any]) -> None:
        """Send one step many times at once."""
        answers = await asyncio.gather(*(self.tus(step["step"]) for _ in range(step["times"])))
        assert answers.count(step["expect"]["exactly_one"]) == 1

    async def tus_rest(self, step: dict[str, Any]) -> None:
        """Send what is missing."""
        at = int(self.saved["at"])
        if at == step.get("unless_at"):
            return
        headers = {
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(at),
        }
        data = blob(step["blob"])[at:]
        answer = await self.caller.call(
            "PATCH", self.filled(step["upload"]), headers=headers, data=data
        )
        assert answer.status_code == step["expect"]["status"]

    async def tus(self, step: dict[str, Any]) -> int:
        """Send one request of tus."""
        caller = self.other if step.get("user") == "other" else self.caller
        data = None
        if body := step.get("body"):
            data = blob(body["blob"])[body["from"] : body["to"]]
        if "cut_after" in step:
            data = (data or b"")[: step["cut_after"]]
        headers = {name: self.header(value) for name, value in step["headers"].items()}
        answer = await caller.call(
            step["method"], self.filled(step["path"]), headers=headers, data=data
        )
        self.compare(step, answer)
        if "save" in step:
            self.saved[step["save"]] = answer.headers["Location"]
        if "save_offset" in step:
            self.saved[step["save_offset"]] = answer.headers["Upload-Offset"]
        return int(answer.status_code)

    def filled(self, text: str) -> str:
        """Return a text with what earlier steps saved."""
        for name, value in self.saved.items():
            text = text.replace("{" + name + "}", value)
        return text

    def header(self, value: Any) -> str:
        """Return a header as it is sent."""
        if isinstance(value, str):
            return self.filled(value)
        return ",".join(
            f"{key} {base64.b64encode(self.filled(text).encode()).decode()}"
            for key, text in value.items()
        )

    def compare(self, step: dict[str, Any], answer: Any) -> None:
        """Hold an answer against what the step expects."""
        status = step["expect"]["status"]
        if status is not None:
            allowed = status if isinstance(status, list) else [status]
            assert answer.status_code in allowed, (step, answer.body)
        expected = step["expect"].get("headers", {}) | step.get("expect_more", {})
        for name, value in expected.items():
            found = answer.headers[name]
            if isinstance(value, dict):
                assert value["min"] <= int(found) <= value["max"]
            elif isinstance(value, list):
                assert set(value) <= set(found.split(","))
            else:
                assert value in ("*", found)
