"""Parameters of an analysis: every wrong field is named, with what would be right."""

import pytest

from app.errors import Invalid
from services.sites.params import SiteKind, parse_params

URL = "https://www.example.org/"


def test_the_usual_values_depend_on_whose_site_it_is():
    own, other = parse_params({"url": URL}), parse_params({"url": URL, "site_kind": "competitor"})
    assert (own.site_kind, own.frequency_days, own.check_links) == (SiteKind.USER_WEBSITE, 30, True)
    assert other.frequency_days == 10


def test_the_address_is_kept_in_one_spelling():
    assert parse_params({"url": " HTTP://Example.org:80#x "}).url == "http://example.org/"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "url"),
        ({"url": 5}, "url"),
        ({"url": "example.org"}, "url"),
        ({"url": "http://localhost/"}, "url"),
        ({"url": "https://u:p@example.org/"}, "url"),
        ({"url": URL, "site_kind": "mine"}, "site_kind"),
        ({"url": URL, "site_kind": []}, "site_kind"),
        ({"url": URL, "competitor_id": "x"}, "competitor_id"),
        ({"url": URL, "site_kind": "competitor", "competitor_id": ""}, "competitor_id"),
        ({"url": URL, "frequency_days": 0}, "frequency_days"),
        ({"url": URL, "frequency_days": True}, "frequency_days"),
        ({"url": URL, "frequency_days": 366}, "frequency_days"),
        ({"url": URL, "check_links": "yes"}, "check_links"),
        ({"url": URL, "max_links": 201}, "max_links"),
        ({"url": URL, "user_id": 7}, "user_id"),
    ],
)
def test_a_wrong_field_is_named(raw, field):
    with pytest.raises(Invalid) as refused:
        parse_params(raw)
    assert set(refused.value.errors) == {field}


def test_all_wrong_fields_are_named_at_once():
    with pytest.raises(Invalid) as refused:
        parse_params({"check_links": 1, "max_links": -1})
    assert set(refused.value.errors) == {"url", "check_links", "max_links"}
