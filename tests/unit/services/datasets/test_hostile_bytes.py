"""Whatever bytes arrive, the readers refuse or accept; nothing else ever happens."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.archives import image_zip, png, table_csv
from services.datasets.inspection.faults import UploadError
from tests.support.depth import examples
from tests.unit.services.datasets.reading import read

FRAGMENTS = st.sampled_from(
    [b"a", b"Target", b"0", b"1", b"1.5", b",", b";", b"\t", b'"', b"\n", b"\r\n", b"\r", b"\0",
     b"NaN", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"1e999", b"-", b"=cmd", b" ", b"9" * 40]
)  # fmt: skip


def outcome(kind: str, data: bytes) -> str:
    """Say whether a reader accepts or refuses; let anything else through."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(kind, data, Path(folder))
        except UploadError as error:
            return "refused" if error.errors else "refused without a reason"
        return "accepted"


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(FRAGMENTS, max_size=60).map(b"".join))
def test_any_text_is_accepted_or_refused_as_a_table(data: bytes) -> None:
    assert outcome("table", data) in ("accepted", "refused")


@settings(max_examples=examples(40), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_as_an_archive(data: bytes) -> None:
    assert outcome("images", data) == "refused"


@pytest.mark.parametrize("kind", ["table", "images"])
def test_a_good_upload_with_flipped_bytes_is_accepted_or_refused(kind: str) -> None:
    good = table_csv(20) if kind == "table" else image_zip()
    source = random.Random(7)
    for _ in range(examples(120)):
        bad = bytearray(good)
        for _ in range(source.randint(1, 4)):
            bad[source.randrange(len(bad))] = source.randrange(256)
        assert outcome(kind, bytes(bad)) in ("accepted", "refused")


def test_an_image_with_flipped_bytes_is_accepted_or_refused() -> None:
    good, source = png(mode="RGB"), random.Random(8)
    for _ in range(examples(120)):
        bad = bytearray(good)
        bad[source.randrange(8, len(bad))] = source.randrange(256)
        archive = image_zip(None, **{"Images/p1.png": bytes(bad)})
        assert outcome("images", archive) in ("accepted", "refused")


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_an_archive_cut_anywhere_is_refused(cut: int) -> None:
    assert outcome("images", image_zip()[:cut]) == "refused"
