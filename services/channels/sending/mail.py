"""E-mail through the server of the settings: text and HTML, always over TLS where there is one."""

import re
import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Self
from urllib.parse import unquote, urlsplit

from app.settings import Settings
from services.channels.sending.envelope import Envelope
from services.channels.sending.outcome import SendOutcome, TargetRefused, again, delivered, refused
from services.channels.sending.words import words_of

NOT_CONFIGURED = (
    "E-mail is not set up on this platform: an admin sets ROUNDHOUSE_SMTP_URL and"
    " ROUNDHOUSE_MAIL_FROM."
)
MAX_SUBJECT, MAX_ADDRESS = 200, 254  # characters
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MAILBOX = re.compile(  # as browsers have it: html.spec.whatwg.org, "valid e-mail address"
    rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+"
)
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The server that takes mail for others, and how it is reached."""

    host: str
    port: int
    sender: str
    is_tls: bool
    starts_tls: bool
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        """Return the place alone."""
        return f"MailServer({self.host}:{self.port})"

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the server of the settings, None where there is none."""
        if not settings.smtp_url or not settings.mail_from:
            return None
        parts = urlsplit(settings.smtp_url)
        return cls(
            host=parts.hostname or "",
            port=parts.port or _PORTS[parts.scheme],
            sender=settings.mail_from,
            is_tls=parts.scheme == "smtps",
            starts_tls=parts.scheme == "smtp" and parts.query != "tls=none",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


def mail_address(text: str) -> str:
    """Return an address of one mailbox. Raises TargetRefused."""
    address = text.strip()
    if not _MAILBOX.fullmatch(address) or len(address) > MAX_ADDRESS:
        raise TargetRefused("The e-mail address is to look like person@example.org.")
    return address


def mail_message(envelope: Envelope, sender: str, to: str) -> EmailMessage:
    """Return the message; nothing in it can begin a header of its own."""
    words = words_of(envelope.language)
    subject = " ".join(f"[Roundhouse] {words[envelope.phase]}: {envelope.title}".split())
    lines = [f"{words['severity']}: {words[envelope.severity]}"]
    lines.append(f"{words['time']}: {envelope.at:%Y-%m-%d %H:%M} UTC")
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = subject[:MAX_SUBJECT]
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = f"<{envelope.message_id}@{sender.rpartition('@')[2]}>"
    message["Content-Language"] = envelope.language
    message["Auto-Submitted"] = "auto-generated"
    text = [envelope.title, "", envelope.text, "", *lines, "", f"{words['open']}: {envelope.url}"]
    message.set_content("\n".join(text) + "\n")
    message.add_alternative(_html(envelope, lines, words["open"]), subtype="html")
    return message


def _html(envelope: Envelope, lines: list[str], words: str) -> str:
    facts = "<br>".join(map(escape, lines))
    text = "<br>".join(map(escape, envelope.text.splitlines()))
    return (
        f'<!doctype html><html lang="{escape(envelope.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(envelope.title)}</title></head>"
        f"<body><h1>{escape(envelope.title)}</h1><p>{text}</p><p>{facts}</p>"
        f'<p><a href="{escape(envelope.url)}">{escape(words)}</a></p></body></html>\n'
    )


def send_mail(
    server: MailServer, message: EmailMessage, limit_s: float, tls: ssl.SSLContext | None = None
) -> SendOutcome:
    """Hand a message to the server; ``limit_s`` is for each of its answers."""
    try:
        with _opened(server, limit_s, tls or ssl.create_default_context()) as client:
            client.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        (answer,) = error.recipients.values()
        return _of_status(answer[0])
    except smtplib.SMTPResponseException as error:
        return _of_status(error.smtp_code)
    except smtplib.SMTPNotSupportedError:
        return refused("The mail server offers no TLS, or not the sign-in that is set up.")
    except ssl.SSLError:
        return again("The mail server's certificate or TLS is not right.")
    except TimeoutError:
        return again("The mail server did not answer in time.")
    except (OSError, smtplib.SMTPException):
        return again("The mail server was not reached or broke off.")
    return delivered("The mail server took it.", 250)


def _opened(server: MailServer, limit_s: float, tls: ssl.SSLContext) -> smtplib.SMTP:
    if server.is_tls:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=limit_s, context=tls
        )
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=limit_s)
    with ExitStack() as unless_opened:
        unless_opened.callback(client.close)
        if server.starts_tls:
            client.starttls(context=tls)
        if server.user is not None and server.password is not None:
            client.login(server.user, server.password)
        unless_opened.pop_all()
    return client


def _of_status(status: int) -> SendOutcome:
    """Return what an answer of SMTP means (RFC 5321, 4.2.1): 4 is for now, 5 for good."""
    if status < 0:
        return again("The mail server broke off.")
    if status in (530, 534, 535):
        return refused(f"The mail server refused the sign-in of the platform ({status}).", status)
    if status >= 500:
        return refused(f"The mail server refused it with {status}.", status)
    return again(f"The mail server answered {status}.", status)
