"""The sentences that say what of a file is missing."""

import pytest

from services.forecasting.uploads.incomplete import IncompleteUpload


def incomplete(**more) -> IncompleteUpload:
    fields = {"received": 10, "length": None, "total_chunks": 5, "missing": [1]} | more
    return IncompleteUpload(
        upload_id="u", file_name="load.csv", direction="input", label="load", **fields
    )


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (incomplete(missing=[1]), "load.csv: chunk 1 is missing."),
        (incomplete(missing=[0, 1, 2, 4]), "load.csv: chunks 0-2, 4 are missing."),
        (incomplete(missing=[]), "load.csv: all chunks are here; send one of them again."),
        (incomplete(missing=None, length=20), "load.csv: 10 of 20 bytes are here."),
        (incomplete(missing=None), "load.csv: 10 of ? bytes are here."),
    ],
)
def test_a_sentence_says_what_to_send(upload, sentence):
    assert str(upload) == sentence
