"""Plays given sequences of uploads against sessions of a live site, over real connections."""

import base64
import json
import uuid
from typing import Any

import httpx

from harness.site import Site
from tests.factories.upload_cases import blob

BASE = "/api/training"


class LivePlayer:
    """Plays the steps of one sequence over real connections."""

    def __init__(self, site: Site, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=site.url + BASE, headers=headers, timeout=60)
        self.session, self.upload = f"session_{uuid.uuid4()}", ""
        self.client.post("/init-session", json={"sessionId": self.session}).raise_for_status()

    def play(self, step: dict[str, Any]) -> None:
        """Do one step and compare its answer."""
        if step["do"] in ("chunk", "tus"):
            answer = getattr(self, step["do"])(step)
            assert answer.status_code == step["expect"]["status"], answer.text
            for name, value in step["expect"].get("headers", {}).items():
                found = answer.headers[name]
                limits = value if isinstance(value, dict) else None
                assert value in ("*", found) if limits is None else int(found) == limits["min"]
            if step.get("save"):
                self.upload = answer.headers["Location"].removeprefix(BASE)

    def chunk(self, step: dict[str, Any]) -> httpx.Response:
        """Send one chunk."""
        form = {
            "metadata": json.dumps({**step["metadata"], "sessionId": self.session}),
            "additionalData": json.dumps(step["additionalData"]),
        }
        return self.client.post("/upload-chunk", data=form, files={"chunk": _bytes(step)})

    def tus(self, step: dict[str, Any]) -> httpx.Response:
        """Send one request of tus."""
        headers = dict(step["headers"])
        if pairs := headers.get("Upload-Metadata"):
            said = {**pairs, "sessionId": self.session}
            headers["Upload-Metadata"] = ",".join(
                f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items()
            )
        path = step["path"].replace("{tus}", "/tus").replace("{u}", self.upload)
        data = _bytes(step) if "body" in step else None
        return self.client.request(step["method"], path, headers=headers, content=data)

    def stored(self) -> list[dict[str, Any]]:
        """Return the files of the session with the bytes that they have."""
        rows = self.client.get(f"/csv-files/{self.session}").json()["data"]
        return [
            {
                "type": row["type"],
                "fileName": row["file_name"],
                "label": row["bezeichnung"],
                "length": len(self.client.get(f"/csv-files/{row['id']}/content").content),
                "sha256": row["sha256"],
            }
            for row in rows
        ]


def _bytes(step: dict[str, Any]) -> bytes:
    body = step["body"]
    return blob(body["blob"])[body["from"] : body["to"]]
