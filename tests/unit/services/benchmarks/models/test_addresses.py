"""Base URLs as they are stored."""

import pytest

from services.benchmarks.domain.addresses import api_root
from services.benchmarks.models.addresses import stored_url
from services.benchmarks.models.errors import AddressRefused


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://a.example.org", "https://a.example.org"),
        (" https://a.example.org/v1/ ", "https://a.example.org"),
        ("https://A.example.org:8443/llm/v1", "https://a.example.org:8443/llm"),
        ("https://a.example.org/v1beta/openai", "https://a.example.org/v1beta/openai"),
        ("https://a.example.org/v2/v1", "https://a.example.org/v2/v1"),
        ("http://[2606:4700::1111]:80/v1", "http://[2606:4700::1111]:80"),
    ],
)
def test_a_url_has_one_spelling_that_leads_to_the_same_routes(given, stored):
    assert stored_url(given, allow_private=False) == stored
    assert api_root(stored) == api_root(given)
    assert stored_url(stored, allow_private=False) == stored


@pytest.mark.parametrize("host", ["localhost:8000", "vllm", "127.1", "10.0.0.7", "[fd00::1]"])
def test_a_setting_allows_the_own_network(host):
    url = f"http://{host}"
    assert stored_url(url, allow_private=True) == url
    with pytest.raises(AddressRefused, match="ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES=1"):
        stored_url(url, allow_private=False)


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "224.0.0.1", "0.0.0.0", "169.254.169.254.", "１６９.254.①⑥⑨.254"],
)  # fmt: skip
def test_no_setting_allows_addresses_that_are_nobodys_server(host):
    for allow_private in (True, False):
        with pytest.raises(AddressRefused, match="never called"):
            stored_url(f"http://{host}", allow_private=allow_private)
