"""Clocks that differ, and certificates that are not believed because of them."""

import ssl
from datetime import datetime, timedelta

import pytest

from app.clock import now
from services.federations.certificates import Pair, new_authority, new_server
from services.federations.clocks import clock_warning, clock_words, in_our_time
from services.federations.releases import own_releases, release_warning
from services.federations.site.trust import certificate_fault

URL = "https://hub.example.org:9443/roundhouse/report"


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        (3.4, "3 seconds behind"),
        (-3.4, "3 seconds ahead of"),
        (119, "119 seconds behind"),
        (600, "10 minutes behind"),
        (-7_200, "2 hours ahead of"),
        (4e7, "463 days behind"),
    ],
)
def test_a_clock_is_shown_in_the_unit_that_people_use(behind, said):
    assert clock_words(behind) == said


def test_only_a_clock_that_is_off_is_worth_a_word():
    assert clock_warning(None) is None
    assert clock_warning(1.9) is None
    assert clock_warning(-1.9) is None
    assert "4 seconds ahead of the server's" in str(clock_warning(-4.0))


def test_a_time_reported_by_a_wrong_clock_is_put_right_and_never_lies_ahead():
    at = now()
    minute = timedelta(minutes=1)
    assert in_our_time((at - 5 * minute).isoformat(), 240.0, at) == (at - minute).isoformat()
    assert in_our_time((at + 9 * minute).isoformat(), 0.0, at) == at.isoformat()
    assert in_our_time((at + 3 * minute).isoformat(), -240.0, at) == (at - minute).isoformat()


@pytest.mark.parametrize(
    "reported", [None, 7, "", "soon", "2026-01-01T00:00:00", "9999-12-31T23:59:59+00:00"]
)
def test_what_is_no_time_is_none(reported):
    at = now()
    assert in_our_time(reported, 1e9, at) in (None, at.isoformat())


def test_another_release_is_named_with_ours():
    mine = own_releases()
    assert release_warning(None) is None
    assert release_warning({**mine, "torch": "9.9"}) is None
    reported = release_warning({**mine, "flwr": "1.0.0"})
    assert f"Flower 1.0.0, here is {mine['flwr']}" in str(reported)


def handshake(tmp_path, pair: Pair, ca: bytes, host: str) -> Exception:
    """Return what a client that trusts ``ca`` says to a server with ``pair``."""
    (tmp_path / "server.pem").write_bytes(pair.certificate)
    (tmp_path / "server.key").write_bytes(pair.key)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    client = ssl.create_default_context(cadata=ca.decode())
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = client.wrap_bio(back, there, server_hostname=host)
    answers = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (asks, answers):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return error
    raise AssertionError("it was believed")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (timedelta(days=2), "is not valid yet by the clock of this site, which says 20"),
        (timedelta(days=-900), "has expired by the clock of this site, which says 20"),
    ],
)
def test_a_certificate_out_of_its_time_is_blamed_on_the_clock(tmp_path, made, said):
    at = now()
    authority = new_authority("north", at + min(made, timedelta()))
    pair = new_server(authority, "hub.example.org", at + made)
    fault = handshake(tmp_path, pair, authority.certificate, "hub.example.org")
    wrapped = OSError("the library's own error")
    wrapped.__cause__ = fault
    sentence = str(certificate_fault(wrapped, URL))
    assert sentence.startswith("The certificate of hub.example.org:9443")
    assert said in sentence


def test_a_certificate_of_somebody_else_is_not_blamed_on_the_clock(tmp_path):
    mine, theirs = new_authority("north", now()), new_authority("south", now())
    pair = new_server(theirs, "hub.example.org", now())
    fault = handshake(tmp_path, pair, mine.certificate, "hub.example.org")
    assert "does not show a certificate that this site trusts" in str(certificate_fault(fault, URL))


def test_an_error_without_a_certificate_in_it_is_none_of_this():
    assert certificate_fault(ConnectionError("refused"), URL) is None
    assert certificate_fault(ValueError(datetime.min), URL) is None
