"""Channels: made, listed, changed, tested, deleted; and what was sent on them."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.models.channel import AlertChannel
from blueprints.channels.schemas import (
    ChannelBody,
    ChannelDeliveryView,
    ChannelList,
    ChannelPatch,
    ChannelView,
    DeliveryPageView,
    DeliveryQuery,
)
from services.channels import list as lists
from services.channels.create import create_channel
from services.channels.delete import delete_channel
from services.channels.sending.mail import MailServer
from services.channels.start import retry_delivery, send_test
from services.channels.types import ChannelNow, ChannelPorts, DeliveryNow, DeliveryPage, NewChannel
from services.channels.update import renew_secret, update_channel

channels = ApiBlueprint("channels", __name__, url_prefix="/api/channels")
MISSING = {404: "There is no such channel, or it is not yours."}
MAIL = {409: "E-mail is not set up on this platform."}


def _ports() -> ChannelPorts:
    return ChannelPorts.of(resources().database, resources().settings)


@channels.get("")
@returns(ChannelList())
def get_channels() -> dict[str, Any]:
    """Return the caller's channels, for admins those of the platform too."""
    items = lists.list_channels(resources().database, current_actor())
    return {"items": items, "mail_ready": MailServer.of(resources().settings) is not None}


# What is remembered for an Idempotency-Key is in the database, so it has no secret.
@channels.post("")
@creates
@made(AlertChannel, lambda row: ChannelNow(row=row))
@body(ChannelBody())
@returns(ChannelView(), 201)
@fails(MAIL)
def post_channel(body: dict[str, Any]) -> ChannelNow:
    """Make a channel; only this answer has the secret that signs the messages of a webhook."""
    return create_channel(_ports(), current_actor(), NewChannel(**body))


@channels.get("/<channel_id>")
@returns(ChannelView())
@fails(MISSING)
def get_channel(channel_id: str) -> ChannelNow:
    """Return a channel."""
    return lists.read_channel(resources().database, current_actor(), channel_id)


@channels.patch("/<channel_id>")
@body(ChannelPatch())
@returns(ChannelView())
@fails(MISSING | MAIL)
def patch_channel(channel_id: str, body: dict[str, Any]) -> ChannelNow:
    """Change a channel; it holds from its next message on."""
    update_channel(_ports(), current_actor(), channel_id, body)
    return lists.read_channel(resources().database, current_actor(), channel_id)


@channels.delete("/<channel_id>")
@returns(None)
@fails(MISSING)
def remove_channel(channel_id: str) -> None:
    """Delete a channel, with what was and was to be sent on it."""
    delete_channel(resources().database, current_actor(), channel_id)


@channels.post("/<channel_id>/secret")
@returns(ChannelView())
@fails(MISSING | {409: "It has no secret."})
def post_channel_secret(channel_id: str) -> ChannelNow:
    """Give a webhook another secret; only this answer has it."""
    return renew_secret(_ports(), current_actor(), channel_id)


@channels.post("/<channel_id>/test")
@creates
@returns(ChannelDeliveryView(), 202)
@fails(MISSING | {409: "A test is on its way.", 429: "A test was just sent."})
def post_channel_test(channel_id: str) -> DeliveryNow:
    """Send a test; the channel's last_delivery says what becomes of it."""
    return send_test(resources().database, current_actor(), channel_id)


@channels.get("/<channel_id>/deliveries")
@query(DeliveryQuery())
@returns(DeliveryPageView())
@fails(MISSING)
def get_deliveries(channel_id: str, query: dict[str, Any]) -> DeliveryPage:
    """Return what was and is to be sent on a channel, the newest first."""
    return lists.list_deliveries(resources().database, current_actor(), channel_id, **query)


@channels.post("/<channel_id>/deliveries/<delivery_id>/retry")
@creates
@returns(ChannelDeliveryView(), 202)
@fails(MISSING | {409: "It did not fail."})
def post_delivery_retry(channel_id: str, delivery_id: str) -> DeliveryNow:
    """Send once more what failed, with the same message id."""
    return retry_delivery(resources().database, current_actor(), channel_id, delivery_id)
