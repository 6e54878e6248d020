"""Emptying the outbox: what a worker does until no message is due."""

import asyncio
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

import httpx

from services.channels.claims import ClaimedDelivery, claim_due, settle
from services.channels.message import TEST
from services.channels.patience import MAX_ATTEMPTS
from services.channels.sending.envelope import Envelope, Target
from services.channels.sending.mail import NOT_CONFIGURED, MailServer, mail_message, send_mail
from services.channels.sending.outcome import SendOutcome, TargetRefused, again, refused
from services.channels.sending.replies import slack_outcome, webhook_outcome
from services.channels.sending.slack import slack_body
from services.channels.sending.web import WebSender
from services.channels.sending.webhook import webhook_body, webhook_headers
from services.channels.types import EMAIL, SLACK, ChannelPorts

AT_ONCE = 8
MAX_BATCHES = 100  # the clock calls again for what is left
MAIL_LIMITS = 3  # times the limit of one answer: a mail takes several
MARGIN_SECONDS = 30.0


def send_due(ports: ChannelPorts, stop_requested: Callable[[], bool]) -> int:
    """Send what is due until nothing is, or a stop is requested; return how many attempts."""
    attempts, mark = 0, uuid4().hex
    lease = MAIL_LIMITS * ports.settings.channel_seconds + MARGIN_SECONDS
    for _ in range(MAX_BATCHES):
        if stop_requested():
            break
        batch = claim_due(ports.database, mark, limit=AT_ONCE, lease_s=lease)
        if not batch:
            break
        asyncio.run(_send_all(ports, batch))
        attempts += len(batch)
    return attempts


async def _send_all(ports: ChannelPorts, batch: Sequence[ClaimedDelivery]) -> None:
    settings = ports.settings
    networks, limit = settings.channel_private_networks, settings.channel_seconds
    async with WebSender(networks, limit) as web:
        sends = [_send_one(ports, web, claimed) for claimed in batch]
        ends = await asyncio.gather(*sends, return_exceptions=True)  # none ends the others
    for error in filter(None, ends):
        raise error


async def _send_one(ports: ChannelPorts, web: WebSender, claimed: ClaimedDelivery) -> None:
    try:
        outcome = await _sent(ports, web, claimed)
    except TargetRefused as reason:
        outcome = refused(str(reason))
    except httpx.InvalidURL:
        outcome = refused("The address cannot be read as one of the web.")
    except (TimeoutError, httpx.TimeoutException):
        outcome = again("The receiver did not answer in time.")
    except httpx.ConnectError:
        outcome = again("The receiver was not reached: nothing answers, or its name is not known.")
    except httpx.HTTPError:
        outcome = again("The receiver broke off the connection or did not speak HTTP.")
    await asyncio.to_thread(settle, ports.database, claimed, outcome)


async def _sent(ports: ChannelPorts, web: WebSender, claimed: ClaimedDelivery) -> SendOutcome:
    channel, envelope = claimed.channel, _envelope(ports, claimed)
    if claimed.delivery.attempts > MAX_ATTEMPTS:
        return refused("It was given up: no worker came to the end of sending it.")
    if not channel.enabled and claimed.delivery.phase != TEST:
        return refused("The channel was switched off before this was sent.")
    target = ports.vault.target_of(channel)
    if channel.kind == EMAIL:
        return await _mailed(ports, target, envelope)
    if channel.kind == SLACK:
        headers = {"webhook-id": envelope.message_id}
        return slack_outcome(await web.post(target.address, slack_body(envelope), headers))
    return await _posted(web, target, envelope)


async def _posted(web: WebSender, target: Target, envelope: Envelope) -> SendOutcome:
    body = webhook_body(envelope)
    headers = webhook_headers(target.secret or "", envelope.message_id, int(time.time()), body)
    return webhook_outcome(await web.post(target.address, body, headers))


async def _mailed(ports: ChannelPorts, target: Target, envelope: Envelope) -> SendOutcome:
    server, limit = MailServer.of(ports.settings), ports.settings.channel_seconds
    if server is None:
        return refused(NOT_CONFIGURED)
    message = mail_message(envelope, server.sender, target.address)
    async with asyncio.timeout(MAIL_LIMITS * limit):
        return await asyncio.to_thread(send_mail, server, message, limit)


def _envelope(ports: ChannelPorts, claimed: ClaimedDelivery) -> Envelope:
    row = claimed.delivery
    path = row.href if row.href.startswith("/") else f"/{row.href}"
    return Envelope(
        message_id=f"msg_{row.message_id}",
        cause=row.cause,
        phase=row.phase,
        severity=row.severity,
        title=row.title,
        text=row.text,
        url=f"{ports.settings.public_url}{path}",
        at=row.at,
        language=claimed.channel.language,
    )
