"""The headers of tus: what is read, and what is refused with the header's name."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.uploads.headers import (
    Checksum,
    WrongContentType,
    WrongVersion,
    check_content_type,
    check_version,
    format_metadata,
    parse_checksum,
    parse_concat,
    parse_length,
    parse_metadata,
    parse_size,
)
from services.uploads.errors import UploadRequestInvalid

KEYS = st.text("abcdefgXYZ019-_", min_size=1, max_size=20)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
ID = "0" * 32


@given(st.dictionaries(KEYS, TEXTS, max_size=6))
def test_metadata_comes_back_as_it_was_written(pairs):
    assert parse_metadata(format_metadata(pairs)) == pairs


@given(st.text(max_size=60))
def test_any_other_metadata_is_refused_or_read_but_never_breaks(text):
    try:
        pairs = parse_metadata(text)
    except UploadRequestInvalid:
        return
    assert all("\0" not in value for value in pairs.values())


@pytest.mark.parametrize(
    "text",
    ["filename not base64!", "filename YQ==,filename Yg==", "a b c", ",", "ä YQ==",
     f"name {base64.b64encode(bytes([255])).decode()}", f"name {base64.b64encode(bytes(1)).decode()}",
     "a " + "YWFh" * 3000],
)  # fmt: skip
def test_metadata_that_is_no_text_or_names_a_key_twice_is_refused(text):
    with pytest.raises(UploadRequestInvalid):
        parse_metadata(text)


def test_no_metadata_is_none():
    assert parse_metadata(None) == parse_metadata("") == {}
    assert parse_metadata("is_confidential") == {"is_confidential": ""}


@pytest.mark.parametrize("text", [None, "", "-1", "+1", "1.0", "1e3", " 1", "٣", "0x10", "1,000"])
def test_a_size_is_plain_digits(text):
    with pytest.raises(UploadRequestInvalid) as refused:
        parse_size("Upload-Offset", text)
    assert list(refused.value.errors) == ["Upload-Offset"]


def test_a_size_of_any_number_of_digits_is_read_quickly_and_stays_a_number_of_the_database():
    assert parse_size("Upload-Length", "0") == 0
    assert parse_size("Upload-Length", "123456789012345678") == 123456789012345678
    assert parse_size("Upload-Length", "9" * 100_000) == 10**18


def test_a_length_is_given_or_deferred_and_not_both():
    assert parse_length("5", None) == 5
    assert parse_length(None, "1") is None
    for both in (("5", "1"), (None, "2"), (None, None)):
        with pytest.raises(UploadRequestInvalid):
            parse_length(*both)


def test_checksums_are_sha1_and_sha256_in_base64():
    assert parse_checksum(None) is None
    assert parse_checksum("sha1 YWI=") == Checksum("sha1", b"ab")
    assert parse_checksum("sha256 YWI=") == Checksum("sha256", b"ab")
    for text in ("crc17 AAAA", "md5 YWI=", "sha1 ?", ""):
        with pytest.raises(UploadRequestInvalid):
            parse_checksum(text)


def test_a_final_upload_names_uploads_of_the_same_place_only():
    assert parse_concat(None, "/api/uploads") == (False, None)
    assert parse_concat("partial", "/api/uploads") == (True, None)
    both = f"final;/api/uploads/{ID} https://example.org/api/uploads/{ID}"
    assert parse_concat(both, "/api/uploads") == (False, [ID, ID])


@pytest.mark.parametrize(
    "text",
    ["", "other", "partial;x", "final", "final;", "final;../../etc/passwd", f"final;/api/other/{ID}",
     f"final;/api/uploads/../uploads/{ID}", "final;/api/uploads/..", "final;/api/uploads/", "final;http://[x"],
)  # fmt: skip
def test_a_final_upload_of_anything_else_is_refused(text):
    with pytest.raises(UploadRequestInvalid) as refused:
        parse_concat(text, "/api/uploads")
    assert list(refused.value.errors) == ["Upload-Concat"]


def test_the_version_and_the_content_type_are_required():
    check_version("1.0.0")
    check_content_type("Application/offset+octet-stream; charset=x")
    for version in (None, "", "0.2.2"):
        with pytest.raises(WrongVersion):
            check_version(version)
    for content_type in (None, "text/csv"):
        with pytest.raises(WrongContentType):
            check_content_type(content_type)
