"""What the answer of a receiver means: delivered, to be tried again, or refused."""

from app.clock import now
from services.channels.sending.outcome import SendOutcome, again, delivered, refused
from services.channels.sending.web import WebReply
from services.scheduler.codes.answers import retry_after_seconds

TRY_AGAIN = frozenset((408, 425, 429))
SLACK_WORDS = frozenset(  # https://docs.slack.dev: errors of incoming webhooks
    (
        b"action_prohibited",
        b"channel_is_archived",
        b"channel_not_found",
        b"invalid_payload",
        b"invalid_token",
        b"no_active_hooks",
        b"no_service",
        b"no_service_id",
        b"no_team",
        b"posting_to_general_channel_denied",
        b"team_disabled",
        b"too_many_attachments",
        b"user_not_found",
    )
)


def webhook_outcome(reply: WebReply) -> SendOutcome:
    """Return what an answer to a webhook means: of a success only the status counts."""
    if 200 <= reply.status < 300:
        if _is_page(reply):
            return delivered(
                "Accepted, with a web page as the answer: is it a webhook?", reply.status
            )
        return delivered("Accepted.", reply.status)
    return _failure(reply)


def slack_outcome(reply: WebReply) -> SendOutcome:
    """Return what an answer of an incoming webhook of Slack or its like means.

    Slack calls its "ok" text/html, so the text decides what is a page of somebody else.
    """
    if 200 <= reply.status < 300:
        if _is_page(reply):
            return refused("A web page answered: the address is no incoming webhook.", reply.status)
        return delivered("Accepted.", reply.status)
    word = reply.start.strip()
    if word in SLACK_WORDS and reply.status not in TRY_AGAIN and reply.status < 500:
        return refused(f"The receiver refused it: {word.decode()}.", reply.status)
    return _failure(reply)


def _failure(reply: WebReply) -> SendOutcome:
    status = reply.status
    if status in TRY_AGAIN or status >= 500:
        wait = retry_after_seconds(reply.headers.get("Retry-After"), now())
        return again(f"The receiver answered {status}.", status, wait)
    if 300 <= status < 400:
        return refused(
            f"The address redirects ({status}) in a way that loses the message: give the address"
            " that it leads to.",
            status,
        )
    if status == 410:
        return refused("The receiver says that the address is gone for good.", status)
    return refused(f"The receiver refused it with {status}.", status)


def _is_page(reply: WebReply) -> bool:
    return reply.start.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
