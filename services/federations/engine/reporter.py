"""A site's reports to its SuperLink: alive, with which versions and data, and what went wrong."""

import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric import ec

from app.clock import now
from services.federations.engine.gate import REPORT
from services.federations.site.folder import SiteFolder
from services.federations.site.trust import certificate_fault
from services.flower.signing import (
    FLEET_HTTP_PUBLIC_KEY_HEADER,
    FLEET_HTTP_SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    public_key_to_bytes,
    sign_message,
)

EVERY_SECONDS = 5.0
TIMEOUT_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Reporter:
    """Says every few seconds how the site is; hears which runs are still going on."""

    def __init__(self, folder: SiteFolder, facts: Mapping[str, Any]) -> None:
        self._url = f"https://{folder.membership().address}{REPORT}"
        self._key = folder.key()
        self._facts = dict(facts)
        self._client = httpx.Client(
            verify=ssl.create_default_context(cafile=str(folder.ca_file)), timeout=TIMEOUT_SECONDS
        )
        self.runs: frozenset[str] | None = None
        self.runs_at = 0.0  # monotonic seconds at which the request was sent
        self.refusal: str | None = None

    def note(self, name: str, value: object) -> None:
        """Report something else from now on."""
        self._facts = {**self._facts, name: value}

    def report(self) -> bool:
        """Report once; return whether the SuperLink took it."""
        sent_at = time.monotonic()
        try:
            answer = self._client.post(self._url, json=self._facts, headers=signed(self._key))
            content = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            self.refusal = certificate_fault(error, self._url)
            return False
        self.refusal = None
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self.refusal = str(content.get("detail", "The key of this site is refused."))
        if answer.status_code != httpx.codes.OK:
            return False
        self.runs, self.runs_at = frozenset(content["runs"]), sent_at
        return True

    def report_until(self, over: threading.Event) -> None:
        """Report at once and then every few seconds; say once why a report was not taken."""
        said: str | None = None
        while not over.is_set():
            self.report()
            if self.refusal != said:
                said = self.refusal
                log.warning("not let in", reason=said) if said else log.info("let in again")
            over.wait(EVERY_SECONDS)


def signed(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """Return the headers by which a gate knows a site: its key, and the time signed with it."""
    stamp = now().isoformat()
    return {
        FLEET_HTTP_PUBLIC_KEY_HEADER: b64encode(public_key_to_bytes(key.public_key())).decode(),
        TIMESTAMP_HEADER: stamp,
        FLEET_HTTP_SIGNATURE_HEADER: b64encode(sign_message(key, stamp.encode())).decode(),
    }
