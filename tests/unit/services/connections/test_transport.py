"""What a request may bring: so many bytes, no redirect, and no secret in what is shown of it."""

import pytest

from services.connections.clients.transport import ServiceRequest, WebClient
from services.scheduler.codes.errors import BadData, ServiceUnreachable
from tests.support.connectors import connector_servers


@pytest.fixture(scope="module")
def servers():
    with connector_servers() as running:
        yield running


def get(servers, path, **limits):
    with WebClient("Google", **limits) as web:
        return web.send(ServiceRequest(method="GET", url=servers.base + path))


def test_an_answer_of_more_bytes_than_allowed_is_bad_data(servers):
    with pytest.raises(BadData, match="Google sent more than 0 MiB"):
        get(servers, "/webmasters/v3/sites", max_bytes=40)


def test_a_redirect_is_an_answer_and_is_not_followed(servers):
    answer = get(servers, "/o/oauth2/v2/auth?redirect_uri=http://127.0.0.1:1/")
    assert answer.status == 302


def test_who_does_not_listen_is_unreachable_and_no_address_is_shown():
    with WebClient("Google") as web, pytest.raises(ServiceUnreachable) as error:
        web.send(ServiceRequest(method="GET", url="http://127.0.0.1:1/?code=code-1"))
    assert str(error.value) == "The connection to Google failed (ConnectError)."
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_nothing_that_is_sent_is_shown():
    request = ServiceRequest(
        method="POST", url="http://x", params={"a": "s3"}, headers={"b": "s3"}, form={"c": "s3"}
    )
    assert "s3" not in repr(request)
