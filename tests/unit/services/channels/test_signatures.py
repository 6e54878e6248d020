"""Webhooks are signed as Standard Webhooks says; openssl and the published example agree."""

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from services.channels.sending.envelope import Envelope
from services.channels.sending.webhook import new_secret, signature, webhook_body, webhook_headers

ENVELOPE = Envelope(
    message_id="msg_1",
    cause="late:execution:7",
    phase="raised",
    severity="critical",
    title="It did not start",
    text="Nothing ran since Monday.",
    url="https://roundhouse.example.org/alerts",
    at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    language="en",
)


def test_the_published_example_has_its_signature() -> None:
    """From https://github.com/standard-webhooks/standard-webhooks, libraries/python."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_computes_the_same_signature() -> None:
    secret, body = new_secret(), webhook_body(ENVELOPE)
    headers = webhook_headers(secret, "msg_1", 1_700_000_000, body)
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"]
    content = b"msg_1.1700000000." + body
    digest = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_the_body_is_what_the_documentation_says() -> None:
    assert json.loads(webhook_body(ENVELOPE)) == {
        "type": "alert.raised",
        "timestamp": "2026-03-04T05:06:07+00:00",
        "data": {
            "cause": "late:execution:7",
            "phase": "raised",
            "severity": "critical",
            "title": "It did not start",
            "text": "Nothing ran since Monday.",
            "url": "https://roundhouse.example.org/alerts",
        },
    }


def test_every_secret_is_its_own() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(base64.b64decode(one.removeprefix("whsec_"))) == 32 for one in secrets)
