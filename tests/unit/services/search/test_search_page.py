"""What the page about searching says is true."""

import re

import pytest

from app.supervisor.child import ROOT
from services.search.filter.errors import FilterError, pointed
from services.search.filter.parse import parse
from services.search.filter.words import ATTRIBUTES
from services.search.order import SORT_KEYS
from services.search.query import read_filter

PAGE = (ROOT / "docs" / "how-to" / "search.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
BLOCKS = [text for language, text in FENCED if not language]


def test_every_filter_of_the_page_can_be_read() -> None:
    filters = BLOCKS[0].splitlines()
    assert len(filters) > 8
    assert all(read_filter(text) for text in filters)


def test_the_fault_of_the_page_is_reported_so() -> None:
    _, text, _ = BLOCKS[1].splitlines()
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert "\n".join(pointed(text, caught.value)) == BLOCKS[1].rstrip("\n")


def test_the_page_names_every_attribute_and_every_order() -> None:
    tables = PAGE.split("## Orders")
    assert [name for name in ATTRIBUTES if f"`{name}`" not in tables[0]] == []
    assert [name for name in SORT_KEYS if f"`{name}`" not in tables[1]] == []
