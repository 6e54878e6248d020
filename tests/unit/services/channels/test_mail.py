"""E-mail over real sockets: TLS, sign-in, and what each answer of a server means."""

import email
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import default

import pytest

from app.settings import Settings, SettingsError
from services.channels.sending.mail import MailServer, mail_message, send_mail
from services.channels.sending.outcome import Result
from tests.support.receivers import mail_server
from tests.unit.services.channels.test_signatures import ENVELOPE

TO = "ops@example.org"


def server_at(port: int, url: str = "smtp://localhost:{}?tls=none") -> MailServer:
    environment = {
        "ROUNDHOUSE_SMTP_URL": url.format(port),
        "ROUNDHOUSE_MAIL_FROM": "rh@example.org",
    }
    made = MailServer.of(Settings.from_env(environment))
    assert made is not None
    return made


def message(**changes):
    return mail_message(replace(ENVELOPE, **changes), "rh@example.org", TO)


@pytest.fixture(scope="module")
def contexts(tmp_path_factory):
    """What a server proves itself by, and what trusts it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    at = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, *plain) + certificate.public_bytes(pem))
    of_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    of_server.load_cert_chain(file)
    return of_server, ssl.create_default_context(cafile=str(file))


def test_a_mail_has_text_and_html_and_can_be_read() -> None:
    with mail_server() as mailbox:
        sent = send_mail(server_at(mailbox.port), message(text="Größe <b>&\n.\nEnde"), 5.0)
    assert (sent.result, sent.status) == (Result.DELIVERED, 250)
    read = email.message_from_bytes(mailbox.mails[0], policy=default)
    assert read["Subject"] == "[Roundhouse] Alert: It did not start"
    assert read["Message-ID"] == "<msg_1@example.org>"
    assert (read["To"], read["From"]) == (TO, "rh@example.org")
    text = read.get_body(("plain",)).get_content()
    assert "Größe <b>&\n.\nEnde" in text.replace("\r\n", "\n")
    assert "https://roundhouse.example.org/alerts" in text
    html = read.get_body(("html",)).get_content()
    assert "Größe &lt;b&gt;&amp;<br>.<br>Ende" in html


def test_a_mail_is_in_the_language_of_its_channel() -> None:
    made = message(language="de", phase="reminder")
    assert made["Subject"] == "[Roundhouse] Weiterhin offen: It did not start"
    assert "In Roundhouse öffnen" in made.get_body(("plain",)).get_content()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_a_title_begins_no_header_of_its_own(end: str) -> None:
    made = message(title=f"late{end}Bcc: victim@example.org{end}{end}<script>")
    read = email.message_from_bytes(made.as_bytes(), policy=default)
    assert read["Bcc"] is None
    assert read["Subject"] == "[Roundhouse] Alert: late Bcc: victim@example.org <script>"


def test_tls_is_begun_before_the_password_goes(contexts) -> None:
    of_server, trusting = contexts
    with mail_server(of_server) as mailbox:
        server = server_at(mailbox.port, "smtp://rh:p%40ss@localhost:{}")
        sent = send_mail(server, message(), 5.0, trusting)
    assert sent.result is Result.DELIVERED
    names = [one.split(" ")[0] for one in mailbox.commands]
    assert names.index("STARTTLS") < names.index("AUTH")


def test_a_server_that_nobody_vouches_for_gets_no_password(contexts) -> None:
    of_server, _ = contexts
    with mail_server(of_server) as mailbox:
        sent = send_mail(server_at(mailbox.port, "smtp://rh:pw@localhost:{}"), message(), 5.0)
    assert sent.result is Result.AGAIN
    assert not [one for one in mailbox.commands if one.startswith("AUTH")]


def test_a_server_without_tls_gets_no_password() -> None:
    with mail_server() as mailbox:
        sent = send_mail(server_at(mailbox.port, "smtp://rh:pw@localhost:{}"), message(), 5.0)
    assert sent.result is Result.REFUSED
    assert not [one for one in mailbox.commands if one.startswith("AUTH")]


@pytest.mark.parametrize(
    ("command", "answer", "result", "status"),
    [
        ("RCPT", "550 5.1.1 no such user ops@example.org", Result.REFUSED, 550),
        ("RCPT", "450 4.2.1 greylisted", Result.AGAIN, 450),
        ("MAIL", "451 later", Result.AGAIN, 451),
        ("MAIL", "552 too much", Result.REFUSED, 552),
        ("DATA", "421 going down", Result.AGAIN, 421),
    ],
)
def test_an_answer_of_four_is_for_now_and_of_five_for_good(
    command: str, answer: str, result: Result, status: int
) -> None:
    with mail_server() as mailbox:
        mailbox.answers[command] = answer
        sent = send_mail(server_at(mailbox.port), message(), 5.0)
    assert (sent.result, sent.status) == (result, status)
    assert "example.org" not in sent.detail


def test_a_server_that_is_away_is_tried_again() -> None:
    with mail_server() as mailbox:
        port = mailbox.port
    assert send_mail(server_at(port), message(), 1.0).result is Result.AGAIN


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "smtp://",
        "smtp://localhost/box",
        "smtp://user:pw@localhost?tls=none",
        "smtps://localhost?tls=none",
        "smtp://localhost?tls=maybe",
        "smtp://localhost:0",
    ],
)
def test_a_setting_that_would_not_do_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_env({"ROUNDHOUSE_SMTP_URL": url})
    assert ":pw@" not in str(error.value)


@pytest.mark.parametrize("environment", [{}, {"ROUNDHOUSE_SMTP_URL": "smtp://localhost"}])
def test_without_server_or_sender_there_is_no_mail(environment) -> None:
    assert MailServer.of(Settings.from_env(environment)) is None
