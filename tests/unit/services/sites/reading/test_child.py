"""Pages are read in a process of their own, which alone is harmed by what they do."""

from dataclasses import replace

import pytest

from services.sites.errors import PageUnreadable
from services.sites.reading.child import LIMITS, MIB, read_in_child
from services.sites.reading.html import read_page

URL = "http://a.example/"
PAGE = "<!doctype html><title>Kräne</title><h1>H</h1><a href=/x>x</a>".encode()


def test_the_child_reads_what_we_would():
    expected = read_page(PAGE, content_type="text/html", url=URL)
    assert read_in_child(PAGE, content_type="text/html", url=URL) == expected


def test_elements_that_are_opened_again_in_every_paragraph_do_not_fill_the_memory():
    opened = "".join(f"<b a={n}>" for n in range(3000))
    bomb = f"<p>{opened}</p>{'<p>x' * 3000}".encode()
    limits = replace(LIMITS, memory_bytes=96 * MIB)
    with pytest.raises(PageUnreadable):
        read_in_child(bomb, content_type="text/html", url=URL, limits=limits)


def test_a_tree_that_is_too_deep_ends_by_its_time():
    limits = replace(LIMITS, cpu_seconds=1)
    with pytest.raises(PageUnreadable):
        read_in_child(b"<div>" * 300_000, content_type="text/html", url=URL, limits=limits)
