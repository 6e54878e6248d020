import pytest

from services.benchmarks.domain.addresses import BaseUrlError, api_root, forbidden_reason


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
        (" https://api.example.org/v1/ ", "https://api.example.org/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("https://api.example.org/v1beta/openai/", "https://api.example.org/v1beta/openai"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x/v1"),
    ],
)
def test_a_base_url_has_one_spelling(text, root):
    assert api_root(text) == root
    assert api_root(root) == root


@pytest.mark.parametrize(
    "text",
    ["", "example.org", "ftp://example.org", "file:///etc/passwd", "http://", "http://u:p@example.org",
     "http://example.org?x=1", "http://example.org/#x", "http://example.org:99999", "http://a b",
     "http://exa\nmple.org", "http://ex%61mple.org", "http://example.org:0", "https://example.org/" + "x" * 3000],
)  # fmt: skip
def test_what_is_no_base_url_is_refused_in_words(text):
    with pytest.raises(BaseUrlError, match=r"\.$|org/v1"):
        api_root(text)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_may_be_called(address):
    assert forbidden_reason(address, allow_private=False) is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "::1", "fd00::1", "::ffff:127.0.0.1",
     "64:ff9b::7f00:1", "2002:7f00:1::", "127.9.9.9", "fec0::1", "::10.0.0.1", "64:ff9b:1::a00:1"],
)  # fmt: skip
def test_private_addresses_need_the_setting(address):
    assert forbidden_reason(address, allow_private=False)
    assert forbidden_reason(address, allow_private=True) is None


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "ff02::1",
     "::169.254.169.254", "::ffff:0:169.254.169.254", "64:ff9b:1::a9fe:a9fe", "fd00:ec2::254",
     "fd20:ce::254", "192.0.0.192", "168.63.129.16"],
)  # fmt: skip
def test_a_metadata_service_is_never_called(address):
    assert forbidden_reason(address, allow_private=True)
