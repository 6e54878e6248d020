"""Which addresses channels may send to, and what of them is shown."""

import pytest

from services.channels.sending.addresses import channel_address, forbidden_reason
from services.channels.sending.mail import mail_address
from services.channels.sending.outcome import TargetRefused
from services.channels.targets import hint_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hooks.example.org/1",
        "ftp://hooks.example.org/1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user:password@hooks.example.org/1",
        "http://127.0.0.1/1",
        "http://2130706433/1",
        "http://0x7f.1/1",
        "http://①②⑦.0.0.1/1",
        "http://[::1]/1",
        "http://[::ffff:127.0.0.1]/1",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.7/1",
        "http://hooks.example.org:25/1",
        "http://hooks.example.org:22/1",
        f"https://hooks.example.org/{'x' * 2000}",
    ],
)
def test_an_address_that_may_not_be_called_is_refused(text: str) -> None:
    with pytest.raises(TargetRefused) as refusal:
        channel_address(text, ())
    assert "password" not in str(refusal.value).replace("a password", "")


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://Hooks.Example.org/a#part", "https://hooks.example.org/a"),
        ("http://93.184.216.34:8065/hooks/x", "http://93.184.216.34:8065/hooks/x"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
    ],
)
def test_an_address_of_the_web_has_one_spelling(text: str, href: str) -> None:
    assert channel_address(text, ()).href == href


def test_an_allowed_network_may_be_called_and_no_other() -> None:
    networks = ("10.0.0.0/8", "fd00::/8")
    assert channel_address("http://10.1.2.3:8065/hooks/x", networks).host == "10.1.2.3"
    assert forbidden_reason("fd00::7", networks) is None
    assert forbidden_reason("192.168.0.1", networks) is not None


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "fe80::1"])
def test_a_metadata_service_is_in_no_network(address: str) -> None:
    assert forbidden_reason(address, ("0.0.0.0/0", "::/0")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "a@b@example.org",
        "a@example.org, b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nBcc: b@example.org",
        "Somebody <a@example.org>",
        "ä@example.org",
        "a@localhost",
        "a b@example.org",
    ],
)
def test_what_is_no_single_mailbox_is_refused(text: str) -> None:
    with pytest.raises(TargetRefused):
        mail_address(text)


def test_a_hint_says_where_and_not_the_secret() -> None:
    assert hint_of("slack", "https://hooks.slack.com/services/T/B/s3") == "https://hooks.slack.com"
    assert hint_of("webhook", "http://10.0.0.1:8065/hooks/s3?key=1") == "http://10.0.0.1:8065"
    assert hint_of("email", "ops@example.org") == "o…@example.org"
