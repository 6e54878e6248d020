"""Images that are read otherwise than they were meant: alpha channels, bits, names."""

import io
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.storage.local import LocalStore
from harness.archives import csv_bytes, image_rows, zip_bytes
from services.datasets.inspection.grey_values import GreyValues
from services.datasets.inspection.pictures import SamplePicture
from services.datasets.load import load_training_data
from services.datasets.types import ReaderOptions, StoredDataset, TrainingData
from tests.unit.services.datasets.reading import read, refusal

ROWS = image_rows()


def png(pixels: NDArray[np.generic]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def archive(images: Mapping[str, bytes], rows: list[dict[str, object]] = ROWS) -> bytes:
    members = {f"Images/{name}": data for name, data in images.items()}
    return zip_bytes(members | {"metadata.csv": csv_bytes(rows)})


def loaded(data: bytes, folder: Path) -> tuple[TrainingData, list[str]]:
    summary = read("images", data, folder)
    dataset = StoredDataset(
        kind="images", classes=summary.classes, sha256=summary.sha256, object_key="canonical",
        image_shape=summary.image_shape, grey_bits=summary.grey_bits,
    )  # fmt: skip
    return load_training_data(dataset, LocalStore(folder)), list(summary.notes)


def test_strokes_on_a_transparent_ground_are_laid_on_white(tmp_path: Path) -> None:
    def inked(number: int) -> NDArray[np.uint8]:
        pixels = np.zeros((8, 8, 4), np.uint8)  # black everywhere: all is in the alpha channel
        pixels[: number + 1, :, 3] = 255
        return pixels

    data, notes = loaded(archive({f"p{i}.png": png(inked(i)) for i in range(4)}), tmp_path)
    black = (data.x == 0).all(axis=(2, 3)).sum(axis=1)
    assert black.tolist() == [1, 2, 3, 4]
    assert int(data.x.max()) == 255
    assert notes == ["4 images have transparent pixels: they are laid on white."]


def test_an_alpha_channel_that_hides_nothing_changes_nothing(tmp_path: Path) -> None:
    pixels = np.full((8, 8, 4), 255, np.uint8)
    pixels[..., 0] = 40
    data, notes = loaded(archive({f"p{i}.png": png(pixels) for i in range(4)}), tmp_path)
    assert np.unique(data.x[..., 0]).tolist() == [40]
    assert notes == []


@pytest.mark.parametrize(
    ("largest", "bits"), [(4095, 12), (1000, 10), (255, 8), (16_000, 14), (40_000, 16), (0, 8)]
)
def test_deep_grey_values_are_scaled_by_the_bits_that_they_span(
    largest: int, bits: int, tmp_path: Path
) -> None:
    images = {f"p{i}.png": png(np.full((4, 4), largest * i // 3, np.uint16)) for i in range(4)}
    data, notes = loaded(archive(images), tmp_path)
    expected = [round(largest * i // 3 * 255 / (2**bits - 1)) for i in range(4)]
    assert data.x[:, 0, 0, 0].tolist() == expected
    assert (notes == []) == (bits == 16)


def test_the_deepest_image_gives_the_bits_of_all() -> None:
    grey = GreyValues()
    for value in (100, 3000, 17):
        grey.add(SamplePicture((4, 4, 1), ".png", is_deep=True, largest=value))
    assert grey.bits == 12
    assert GreyValues().bits is None


def test_images_that_are_nearly_black_are_named(tmp_path: Path) -> None:
    masks = {f"p{i}.png": png(np.full((4, 4), i % 2, np.uint8)) for i in range(4)}
    _, notes = loaded(archive(masks), tmp_path)
    assert "brighter than 1 of 255" in notes[0]


def test_names_in_utf8_without_the_flag_are_read_as_macos_wrote_them(tmp_path: Path) -> None:
    rows = [{"patientId": f"p{i}", "filename": f"Müller{i}.png", "Target": i % 2} for i in range(4)]
    whole = archive(
        {f"Müller{i}.png": png(np.full((4, 4), 60 * i, np.uint8)) for i in range(4)}, rows
    )
    summary = read("images", without_utf8_flag(whole), tmp_path)
    assert summary.num_rows == 4
    assert summary.notes[0].startswith("4 names in the archive are read as UTF-8")


def test_names_of_code_page_437_stay_what_they_are(tmp_path: Path) -> None:
    rows = [
        {"patientId": f"p{i}", "filename": f"caf\u00e9{i}.png", "Target": i % 2} for i in range(4)
    ]
    whole = archive({f"cafe{i}.png": png(np.full((4, 4), 60, np.uint8)) for i in range(4)}, rows)
    for i in range(4):
        whole = whole.replace(f"cafe{i}.png".encode(), b"caf\x82%d.png" % i)
    fixed = whole.replace(b"metadata.csv", b"metadata.csv")
    summary_or_fault = read("images", fixed, tmp_path)
    assert summary_or_fault.num_rows == 4
    assert not any("UTF-8" in note for note in summary_or_fault.notes)


def without_utf8_flag(content: bytes) -> bytes:
    """Return a zip that does not say that its names are UTF-8 (bit 11 of the flags)."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, flags & ~0x800)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def test_a_marker_in_the_target_of_an_image_is_no_class(tmp_path: Path) -> None:
    rows = [row | {"Target": "NA" if i == 2 else i % 2} for i, row in enumerate(ROWS)]
    images = {f"p{i}.png": png(np.full((4, 4), 99, np.uint8)) for i in range(4)}
    fault = refusal("images", archive(images, rows), tmp_path)
    assert fault.errors["file"] == ["Row 4, column 'Target': 'NA' stands for a missing value."]
    kept = read("images", archive(images, rows), tmp_path, ReaderOptions(missing_rows="drop"))
    assert kept.num_rows == 3
    assert "1 of 4 rows are left out" in kept.notes[0]


def test_columns_that_differ_between_the_rows_of_one_image_are_named(tmp_path: Path) -> None:
    rows = [*ROWS, {**ROWS[0], "hospital": "elsewhere"}]
    images = {f"p{i}.png": png(np.full((4, 4), 99, np.uint8)) for i in range(4)}
    summary = read("images", archive(images, rows), tmp_path)
    assert summary.notes == [
        "Columns that differ between the rows of one image are left out: 'hospital'.",
        "5 rows describe 4 images: the first row of each image counts.",
    ]
    roles = {one.name: one.role for one in summary.column_schema}
    assert roles == {"patientId": "patient", "Target": "target", "hospital": "ignored"}
