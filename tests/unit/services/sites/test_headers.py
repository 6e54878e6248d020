"""What headers say to search engines."""

import httpx
import pytest

from services.sites.headers import canonicals_of_headers, robots_of


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["noarchive, NoIndex"], ("noarchive", "noindex")),
        (["otherbot: noindex, nofollow"], ()),
        (["noindex, otherbot: nofollow"], ("noindex",)),
        (["RoundhouseBot: noindex"], ("noindex",)),
        (["otherbot: noindex, roundhousebot: nofollow"], ("nofollow",)),
        (
            ["unavailable_after: 25 Jun 2030 15:00:00 PST"],
            ("unavailable_after: 25 jun 2030 15:00:00 pst",),
        ),
        (["max-snippet: 10, noindex"], ("max-snippet: 10", "noindex")),
        (["otherbot: noindex", "nosnippet"], ("nosnippet",)),
        ([", ,"], ()),
        ([], ()),
    ],
)
def test_directives_of_x_robots_tag_are_those_for_everybody_or_us(lines, expected):
    assert robots_of(httpx.Headers([("X-Robots-Tag", one) for one in lines])) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('</x>; rel="canonical"', ("http://a.example/x",)),
        ('<http://b.example/>; rel="canonical", </de>; rel="alternate"', ("http://b.example/",)),
        ("</x>; rel=prev", ()),
        ("nonsense;;;<>", ()),
        ("<javascript:1>; rel=canonical", ()),
    ],
)
def test_canonical_addresses_of_link_headers(link, expected):
    headers = httpx.Headers({"Link": link})
    assert canonicals_of_headers(headers, "http://a.example/p") == expected
