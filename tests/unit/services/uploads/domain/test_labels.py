"""File names are labels: what is kept as given, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.uploads.domain.labels import checked_label, checked_sha256


@pytest.mark.parametrize(
    "name", ["load.csv", "Außentemperatur.csv", " a  b .csv", "..csv", "a..b", "温度.csv"]
)
def test_a_name_is_kept_as_it_was_given(name):
    assert checked_label(name) == name


def test_letters_that_look_the_same_are_written_the_same():
    assert checked_label("u\u0308ber.csv") == "über.csv"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "\u200b\u3164",
        ".",
        "..",
        "../../etc/cron.csv",
        "a/b",
        "a\\b",
        "a\0b",
        "a\nb",
        "a\x7f",
        "x" * 256,
        "ü" * 128,
    ],
)
def test_a_path_a_control_character_and_an_empty_or_long_name_are_refused(name):
    with pytest.raises(ValueError, match="file name"):
        checked_label(name)


def test_255_bytes_are_allowed():
    assert checked_label("ü" * 127 + "x") == "ü" * 127 + "x"


@given(st.text(max_size=300))
def test_no_accepted_name_can_leave_a_folder_or_break_a_line(name):
    try:
        label = checked_label(name)
    except ValueError:
        return
    assert not set(label) & set("/\\\0\r\n")
    assert label not in ("", ".", "..")
    assert len(label.encode()) <= 255
    assert checked_label(label) == label


def test_a_hash_is_64_digits_in_lower_case():
    assert checked_sha256(" " + "AB" * 32) == "ab" * 32
    for text in ("", "ab" * 31, "zz" * 32, "ab" * 33):
        with pytest.raises(ValueError, match="64"):
            checked_sha256(text)
