"""Signed JSON, by Standard Webhooks (https://www.standardwebhooks.com, version 1.0.0)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from app import strict_json
from services.channels.sending.envelope import Envelope

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a signing secret in the form that the libraries of receivers take."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return ``v1,`` and the HMAC-SHA256 over id, time (seconds since 1970) and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def webhook_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the headers by which a receiver knows us, drops repeats and refuses old messages."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }


def webhook_body(envelope: Envelope) -> bytes:
    """Return the JSON of a message."""
    return strict_json.dump_bytes(
        {
            "type": f"alert.{envelope.phase}",
            "timestamp": envelope.at.isoformat(),
            "data": {
                "cause": envelope.cause,
                "phase": envelope.phase,
                "severity": envelope.severity,
                "title": envelope.title,
                "text": envelope.text,
                "url": envelope.url,
            },
        }
    )
