"""The given sequences of uploads, by chunks and by tus, played against sessions."""

import hashlib
import unicodedata
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.upload import StoredUpload
from services.forecasting.uploads.sweep import delete_stale_uploads
from tests.factories.callers import Caller
from tests.factories.chunks import BASE, chunk_form, stored_files
from tests.factories.upload_cases import CASES, Player, blob
from tests.factories.uploads import Expiry
from tests.support.databases import ON_ONE_DATABASE

SEQUENCES = CASES["sequences"]


class SessionPlayer(Player):
    """Plays a sequence against a session."""

    def __init__(self, caller: Caller, other: Caller, expire: Expiry) -> None:
        super().__init__(caller, other, expire)
        self.saved = {"tus": f"{BASE}/tus", "session": f"session_{uuid.uuid4()}"}

    async def init(self, step: dict[str, Any]) -> None:
        """Begin the session."""
        await self.caller.post(f"{BASE}/init-session", {"sessionId": self.saved["session"]})

    async def chunk(self, step: dict[str, Any]) -> None:
        """Send one chunk."""
        caller = self.other if step.get("user") == "other" else self.caller
        body, left_out = step["body"], step.get("omit", [])
        metadata = {
            name: self.filled(value) if isinstance(value, str) else value
            for name, value in step["metadata"].items()
        }
        form = chunk_form(
            None if "chunk" in left_out else blob(body["blob"])[body["from"] : body["to"]],
            None if "metadata" in left_out else metadata,
            step["additionalData"],
        )
        answer = await caller.call("POST", f"{BASE}/upload-chunk", **form)
        self.compare(step, answer)
        if "complete" in step["expect"]:
            assert answer.body["complete"] is step["expect"]["complete"]
        self.compare_code(step, answer)

    def compare_code(self, step: dict[str, Any], answer: Any) -> None:
        """Hold the code of an error against the ones that are right."""
        code = step["expect"].get("code")
        if code is not None:
            assert answer.body["code"] in (code if isinstance(code, list) else [code])
        assert answer.body["success"] is (answer.status_code < 400)

    async def finalize(self, step: dict[str, Any]) -> None:
        """Say that all files are there."""
        path = f"{BASE}/finalize-session"
        answer = await self.caller.call("POST", path, json={"sessionId": self.saved["session"]})
        assert answer.status_code in step["expect"]["status"]
        assert step["expect"]["mentions"] in answer.body["error"]

    async def list(self, step: dict[str, Any]) -> None:
        """Compare the files that are there."""
        assert await stored_files(self.caller, self.saved["session"]) == step["expect"]["files"]

    async def advance_clock(self, step: dict[str, Any]) -> None:
        """Let time pass for all uploads."""
        with self.caller.database.write() as unit:
            for row in unit.session.scalars(select(StoredUpload)):
                row.expires_at -= timedelta(hours=step["hours"])

    async def cleanup(self, step: dict[str, Any]) -> None:
        """Do what the clock does."""
        removed = delete_stale_uploads(self.caller.database)
        assert removed == step.get("expect", {}).get("removed", removed)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda one: one["name"])
@ON_ONE_DATABASE
async def test_a_given_sequence_of_uploads(member, colleague, expire, reads_here, sequence):
    player = SessionPlayer(member, colleague, expire)
    for step in sequence["steps"]:
        await player.play(step)
    stored = await stored_files(member, player.saved["session"])
    for one in stored:
        assert hashlib.sha256(one.pop("data")).hexdigest() == one["sha256"]
    final = sequence["final"]
    expected = [
        one | {"fileName": unicodedata.normalize("NFC", one["fileName"])} for one in final["files"]
    ]
    allowed = final.get("files_allowed", [])
    assert [one for one in stored if one["fileName"] not in allowed] == expected


def test_no_given_sequence_of_uploads_is_left_out():
    assert len(SEQUENCES) == 30
