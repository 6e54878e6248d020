"""What a chunk says of itself: what is right is kept, what is wrong is named."""

import pytest

from services.forecasting.errors import FieldRefused
from services.forecasting.uploads.chunk import parse_chunk
from services.uploads.parts import MAX_PARTS

SESSION = "session_1700000000000_abc"
METADATA = {
    "chunkIndex": 1,
    "totalChunks": 3,
    "fileName": "load.csv",
    "sessionId": SESSION,
    "fileType": "input",
}


def test_fields_of_the_file_and_settings_of_the_session_are_told_apart():
    more = {
        "fileMetadata": {"bezeichnung": "roof", "skalierung": "ja"},
        "zeithorizont_start": "-24",
        "sessionInfo": {"totalFiles": 2},
        "createdAt": "today",
        "timeInfo": {"tag": True},
    }
    chunk = parse_chunk(METADATA, more)
    assert (chunk.index, chunk.total, chunk.label) == (1, 3, "roof")
    assert chunk.fields == {"skalierung": "ja", "zeithorizont_start": -24.0}
    assert chunk.settings == {"timeInfo": {"tag": True}}


def test_a_label_may_stand_beside_the_metadata_of_the_file_or_of_the_chunk():
    assert parse_chunk(METADATA, {}).label is None
    assert parse_chunk(METADATA, {"bezeichnung": "a"}).label == "a"
    assert parse_chunk(METADATA | {"bezeichnung": "b"}, {}).label == "b"
    both = {"bezeichnung": "a", "fileMetadata": {"bezeichnung": "c"}}
    assert parse_chunk(METADATA, both).label == "c"


def test_a_name_is_kept_in_composed_letters_and_a_hash_in_small_ones():
    chunk = parse_chunk(METADATA | {"fileName": "Ku\u0308hl.csv", "fileHash": "AB" * 32}, {})
    assert (chunk.file_name, chunk.sha256) == ("K\u00fchl.csv", "ab" * 32)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chunkIndex", 3), ("chunkIndex", -1), ("chunkIndex", True), ("chunkIndex", "1"),
        ("chunkIndex", 1.0), ("chunkIndex", None), ("totalChunks", 0),
        ("totalChunks", MAX_PARTS + 1), ("totalChunks", None), ("fileName", "."),
        ("fileName", "a/b"), ("fileName", "a\ud800"), ("fileName", None), ("fileName", "a\u2028b"),
        ("fileType", "both"), ("fileType", None), ("sessionId", "../x"), ("sessionId", None),
        ("bezeichnung", 7), ("bezeichnung", "x" * 256), ("fileHash", "abc"), ("fileHash", 1),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_the_name_of_its_field(field, value):
    with pytest.raises(FieldRefused) as refused:
        parse_chunk(METADATA | {field: value}, {})
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"fileMetadata": [1]}, "fileMetadata"), ({"fileMetadata": None}, "fileMetadata"),
        ({"skalierung": "vielleicht"}, "skalierung"), ({"min": "viel"}, "min"),
        ({"importOptions": {"unknown": 1}}, "importOptions"), ({"importOptions": 1}, "importOptions"),
    ],
)  # fmt: skip
def test_a_wrong_field_of_the_file_is_refused_before_a_byte_is_kept(more, field):
    with pytest.raises(FieldRefused) as refused:
        parse_chunk(METADATA, more)
    assert list(refused.value.errors) == [field]
