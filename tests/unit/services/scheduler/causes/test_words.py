"""What of a message decides: its words, and nothing that differs from one failure to the next."""

from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.scheduler.causes.words import MAX_LENGTH, normal_words

SAME = [
    ("waited 10.004 s", "waited 3 min"),
    ("2.00 GiB free", "514.00 MiB free"),
    ("got 1 row", "got 23 rows"),
    ("shape (1024,)", "shape (1024, 3, 4)"),
    ("at 2026-03-01T10:00:00Z", "at 2026-05-02 08:11:09.113+00:00"),
    ("after Mar 14 09:21:00 2026 GMT", "after Jan  2 00:00:00 2026 GMT"),
    ("Date: Mon, 02 Mar 2026 10:00:00 GMT", "Date: Tue, 13 Oct 2026 23:59:59 GMT"),
    ("object at 0x7f3c1c0b2d90", "object at 0x55d0aa10"),
    (
        "request 5f0c2c1e-7b0d-4f0e-9a77-0c1b2a3d4e5f",
        "request 0d9f8a34-2222-4c1d-8b4e-aaaaaaaaaaaa",
    ),
    ("from https://a.example/v3?x=1", "from http://[2001:db8::1]:8080/other"),
    ("from db-7.cluster.example:5432", "from [2001:db8::17]:5432"),
    ("from db-7.cluster.example", "from 10.4.11.8:52310"),
    ("mail of one@example.org", "mail of two.more@mail.example.net"),
    ("open '/tmp/tmpk3v9x2qa/a.csv'", "open '/var/my files/9x/a.csv'"),
    ("open data/5/a.csv", "open ~/a.csv"),
    ("open C:\\Users\\me\\a.csv", "open D:\\a.csv"),
    ("write /srv/5f2a9c77e0.tmp", "write /srv/a0cc12bd4e.tmp"),
    ("attempt 1 of 5", "attempt 4 of 9"),
    ("ended at 5 %", "ended at 77%"),
    ("commit 1a2b3c4", "commit 9f86d081884c7d659a2feaa0c55ad015"),
    ("peer 00:1a:2b:3c:4d:5e", "peer 52:54:00:12:34:56"),
    ("\x1b[31mred\x1b[0m", "red"),
]
OTHER = [
    ("KeyError: 'load_kw'", "KeyError: 'temp_c'"),
    ("open '/tmp/a.csv'", "open '/tmp/b.csv'"),
    ("reading config.json", "reading data.json"),
    ("failed in load.py:41", "failed in save.py:41"),
    ("failed in app.metrics", "failed in app.series"),
    ("no attribute 'torch.nn'", "no attribute 'torch.fx'"),
    ("km/h or text/html", "km/h or text/plain"),
    ("loss is nan", "loss is inf"),
    ("facade", "decade"),
    ("ungültig", "ungünstig"),
]
WORD = st.text("ghijklmnopqrstuvwxyz", min_size=4, max_size=9)  # none is hexadecimal
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.floats(0, 1e6, allow_nan=False).map(lambda x: f"{x:.3f}"),
)
IDS = st.one_of(st.uuids().map(str), st.integers(16**8, 16**12).map(hex))
HOSTS = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda one: f"[{one}]:443"),
    WORD.map("{}.example".format),
    WORD.map("db-1.{}.example:5432".format),
)
TIMES = st.datetimes(datetime(1970, 1, 1)).map(lambda one: f"{one:%Y-%m-%dT%H:%M:%S}Z")
VALUES = (NUMBERS, IDS, HOSTS, TIMES)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_differs_each_time_does_not_decide(one, other):
    assert normal_words(one) == normal_words(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_words_and_names_of_files_decide(one, other):
    assert normal_words(one) != normal_words(other)


@given(st.data(), st.lists(WORD, min_size=1, max_size=5))
def test_other_numbers_ids_hosts_and_times_are_the_same_words(data, words):
    kinds = data.draw(st.lists(st.sampled_from(VALUES), min_size=len(words), max_size=len(words)))

    def message():
        return " ".join(
            f"{word} {data.draw(kind)}," for word, kind in zip(words, kinds, strict=True)
        )

    assert normal_words(message()) == normal_words(message())


@given(st.lists(WORD, min_size=1, max_size=6), st.integers(0, 5), WORD, NUMBERS)
def test_another_word_is_another_cause(words, at, word, number):
    at %= len(words)
    assume(words[at].removesuffix("s") != word.removesuffix("s"))
    others = [*words[:at], word, *words[at + 1 :]]
    text, other = (f"failed {number} " + " ".join(some) for some in (words, others))
    assert normal_words(text) != normal_words(other)


@given(st.text(max_size=300))
def test_any_text_has_words_and_its_words_have_the_same(text):
    once = normal_words(text)
    assert not any(one.isdecimal() for one in once)
    assert normal_words(text) == once


def test_a_very_long_message_is_compared_by_its_beginning():
    assert normal_words("waiting " * MAX_LENGTH) == normal_words("waiting " * 2 * MAX_LENGTH)
