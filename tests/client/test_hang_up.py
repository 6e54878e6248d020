"""A client that hangs up in the middle of a request: what it requested is there once, and answered."""

import json
import socket
import time
from urllib.parse import urlsplit

import httpx

from harness.eventually import PATIENCE_SECONDS, eventually
from harness.plain_http import NO_CERTIFICATES

BODY = json.dumps({"name": "hung up"}).encode()
PAUSES = [step / 1000 for step in range(40)]


def post_and_hang_up(logged, key: str, pause: float) -> None:
    """Send a request to start a run, and cut the connection ``pause`` seconds later."""
    address = urlsplit(logged.site.url)
    head = (
        f"POST /api/runs HTTP/1.1\r\nHost: {address.netloc}\r\nIdempotency-Key: {key}\r\n"
        f"Authorization: Bearer {logged.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode() + BODY)
        time.sleep(pause)


def answer_to(logged, key: str) -> httpx.Response:
    """Send it again, until the one that was hung up is not being worked on any more."""

    def once() -> httpx.Response | None:
        answer = httpx.post(
            f"{logged.site.url}/api/runs",
            content=BODY,
            headers={
                "Authorization": f"Bearer {logged.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
            timeout=PATIENCE_SECONDS,
            verify=NO_CERTIFICATES,
        )
        return None if answer.status_code == 409 else answer

    return eventually(once)


def test_every_key_of_a_client_that_hung_up_is_answered_with_the_one_run_it_made(logged):
    for number, pause in enumerate(PAUSES):
        post_and_hang_up(logged, f"key-{number}", pause)
    answers = [answer_to(logged, f"key-{number}") for number in range(len(PAUSES))]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == len(PAUSES)
    assert logged.get("/api/runs/list")["total"] == len(PAUSES)
