"""The tus sequences of the given cases, played against the application."""

import asyncio
import base64
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.models.upload import FINAL, FINISHED, PARTIAL, StoredUpload
from tests.factories.callers import Caller
from tests.factories.uploads import Expiry
from tests.support.databases import ON_ONE_DATABASE

FOLDER = Path(__file__).parents[1] / "cases" / "training"
CASES = json.loads((FOLDER / "uploads.json").read_text())
SEQUENCES = [one for one in CASES["sequences"] if one["protocol"] == "tus"]


def blob(name: str) -> bytes:
    about = CASES["blobs"][name]
    if "file" in about:
        data = (FOLDER / about["file"]).read_bytes()
    elif "text" in about:
        data = about["text"].encode()
    else:
        data = rows(**about["rows"])
    assert (len(data), hashlib.sha256(data).hexdigest()) == (about["length"], about["sha256"])
    return data


def rows(header: str, start: str, step_min: int, n: int, factor: int, modulus: int) -> bytes:
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
        await getattr(self, step["do"])(step)

    async def init(self, step: dict[str, Any]) -> None:
        """The session is another domain's."""

    async def restart(self, step: dict[str, Any]) -> None:
        """What the process remembers is gone; ``tests/integration`` kills a real one."""
        self.caller._client.app.extensions.pop("uploads")

    async def advance_clock(self, step: dict[str, Any]) -> None:
        self.expire(self.saved["u"])

    async def cleanup(self, step: dict[str, Any]) -> None:
        self.expire.sweep()

    async def parallel(self, step: dict[str, Any]) -> None:
        answers = await asyncio.gather(*(self.tus(step["step"]) for _ in range(step["times"])))
        assert answers.count(step["expect"]["exactly_one"]) == 1

    async def tus_rest(self, step: dict[str, Any]) -> None:
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
        for name, value in self.saved.items():
            text = text.replace("{" + name + "}", value)
        return text

    def header(self, value: Any) -> str:
        if isinstance(value, str):
            return self.filled(value)
        return ",".join(
            f"{key} {base64.b64encode(self.filled(text).encode()).decode()}"
            for key, text in value.items()
        )

    def compare(self, step: dict[str, Any], answer: Any) -> None:
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


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda one: one["name"])
@ON_ONE_DATABASE
async def test_a_given_sequence_of_tus(member, colleague, expire, sequence):
    player = Player(member, colleague, expire)
    for step in sequence["steps"]:
        await player.play(step)
    with member.database.read() as session:
        there = session.scalars(select(StoredUpload)).all()
    stored = [
        {
            "type": row.details["fileType"],
            "fileName": row.filename,
            "label": row.details["bezeichnung"],
            "length": row.length,
            "sha256": row.sha256,
        }
        for row in there
        if row.state == FINISHED and row.concat in (None, FINAL) and row.concat != PARTIAL
    ]
    allowed = sequence["final"].get("files_allowed", [])
    assert [one for one in stored if one["fileName"] not in allowed] == sequence["final"]["files"]


def test_no_sequence_is_left_out():
    assert len(SEQUENCES) == 14
