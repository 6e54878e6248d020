"""What is uploaded is what is trained on, row by row."""

import string
import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.storage import LocalStore
from harness.archives import (
    csv_bytes,
    deep_png,
    image_members,
    image_rows,
    image_zip,
    png,
    table_csv,
    zip_bytes,
)
from services.datasets.errors import DatasetDamaged
from services.datasets.load import load_training_data
from services.datasets.types import DatasetSummary, ReaderOptions, StoredDataset, TrainingData
from tests.support.depth import examples
from tests.unit.services.datasets.reading import read


def stored(summary: DatasetSummary, key: str = "canonical") -> StoredDataset:
    """Return the record of what was written."""
    return StoredDataset(
        kind=summary.kind,
        classes=summary.classes,
        sha256=summary.sha256,
        object_key=key,
        image_shape=summary.image_shape,
    )


def loaded(
    kind: str, data: bytes, folder: Path, options: ReaderOptions | None = None, **how: object
) -> TrainingData:
    """Upload and load again."""
    summary = read(kind, data, folder, options)
    return load_training_data(stored(summary), LocalStore(folder), **how)  # type: ignore[arg-type]


NAMES = st.text(string.ascii_letters + "äß _.:#'", min_size=1, max_size=12).map(str.strip)
NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], np.ndarray, list[int], list[str]]:
    """Return feature names, numbers, targets and sites; both classes occur."""
    features = draw(st.lists(NAMES.filter(bool), min_size=1, max_size=4, unique_by=str.casefold))
    count = draw(st.integers(2, 12))
    shape = st.lists(NUMBERS, min_size=len(features), max_size=len(features))
    x = draw(st.lists(shape, min_size=count, max_size=count))
    sites = draw(
        st.lists(
            st.sampled_from(["a", 'b "c"', "d,e", ";", "f\ng"]), min_size=count, max_size=count
        )
    )
    y = [0, 1, *draw(st.lists(st.integers(0, 1), min_size=count - 2, max_size=count - 2))]
    return [f"f {name}" for name in features], np.asarray(x, np.float32), y, sites


@settings(max_examples=examples(30), deadline=None)
@given(tables())
def test_a_table_comes_back_as_it_was(
    table: tuple[list[str], np.ndarray, list[int], list[str]],
) -> None:
    features, x, y, sites = table
    rows = [
        {"Target": y[i], "who": f"p{i}"}
        | {name: repr(float(x[i, j])) for j, name in enumerate(features)}
        | {"site": sites[i]}
        for i in range(len(y))
    ]
    with tempfile.TemporaryDirectory() as folder:
        options = ReaderOptions(patient_column="who", text_columns=("site",))
        data = loaded("table", csv_bytes(rows), Path(folder), options)
    assert data.feature_names == features
    np.testing.assert_array_equal(data.x, x)
    assert data.y.tolist() == y
    assert data.patients.tolist() == [f"p{i}" for i in range(len(y))]
    assert data.columns["site"].tolist() == sites


def test_a_table_is_float32_in_c_order_with_int64_targets(tmp_path: Path) -> None:
    data = loaded("table", table_csv(), tmp_path)
    assert (data.x.dtype, data.y.dtype, data.x.flags.c_contiguous) == (np.float32, np.int64, True)
    assert (data.kind, data.classes, data.columns["hospital"].tolist()[:2]) == (
        "table",
        ["0", "1"],
        ["south", "north"],
    )


def test_images_come_in_the_order_of_the_csv(tmp_path: Path) -> None:
    rows = list(reversed(image_rows()))
    data = loaded("images", zip_bytes(image_members(rows)), tmp_path, color_mode="L")
    assert data.patients.tolist() == ["p3", "p2", "p1", "p0"]
    assert (data.x.shape, data.x.dtype, data.y.tolist()) == ((4, 6, 8, 1), np.uint8, [1, 0, 1, 0])
    assert data.x[:, 0, 0, 0].tolist() == [0, 10, 20, 30]


def test_grey_images_become_three_equal_channels(tmp_path: Path) -> None:
    data = loaded("images", image_zip(), tmp_path, color_mode="RGB")
    assert data.x.shape == (4, 6, 8, 3)
    np.testing.assert_array_equal(data.x[..., 0], data.x[..., 2])


def test_images_of_different_sizes_are_brought_to_one(tmp_path: Path) -> None:
    mixed = image_zip(None, **{"Images/p1.png": png(size=(30, 20), mode="RGB")})
    data = loaded("images", mixed, tmp_path, image_size=(5, 7))
    assert data.x.shape == (4, 5, 7, 3)


@pytest.mark.parametrize(
    ("mode", "color_mode", "channels"), [("L", "auto", 1), ("RGB", "auto", 3), ("RGB", "L", 1)]
)
def test_colours_are_kept_unless_another_mode_is_requested(
    mode: str, color_mode: str, channels: int, tmp_path: Path
) -> None:
    data = image_zip(None, **{f"Images/p{i}.png": png(i, mode=mode) for i in range(4)})
    assert loaded("images", data, tmp_path, color_mode=color_mode).x.shape == (4, 6, 8, channels)


def test_large_images_are_brought_down_to_256_pixels_in_proportion(tmp_path: Path) -> None:
    data = image_zip(None, **{f"Images/p{i}.png": png(i, size=(400, 800)) for i in range(4)})
    assert loaded("images", data, tmp_path).x.shape == (4, 256, 128, 1)


def test_sixteen_bit_images_keep_their_shades(tmp_path: Path) -> None:
    deep = {f"Images/p{i}.png": deep_png(i * 257 * 60) for i in range(4)}
    data = loaded("images", image_zip(None, **deep), tmp_path, color_mode="L")
    assert data.x[:, 0, 0, 0].tolist() == [0, 60, 120, 180]


def test_a_photograph_lies_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = BytesIO()
    Image.new("L", (40, 10)).save(buffer, "JPEG", exif=exif)
    members = image_members([row | {"filename": f"{i}.jpg"} for i, row in enumerate(image_rows())])
    members |= {f"Images/{i}.jpg": buffer.getvalue() for i in range(4)}
    summary = read("images", zip_bytes(members), tmp_path)
    assert summary.image_shape == (40, 10, 1)
    assert load_training_data(stored(summary), LocalStore(tmp_path)).x.shape == (4, 40, 10, 1)


@pytest.mark.parametrize(("kind", "data"), [("table", table_csv()), ("images", image_zip())])
def test_the_same_upload_has_the_same_hash_and_the_same_bytes(
    kind: str, data: bytes, tmp_path: Path
) -> None:
    first = read(kind, data, tmp_path)
    written = (tmp_path / "canonical").read_bytes()
    assert read(kind, data, tmp_path).sha256 == first.sha256
    assert (tmp_path / "canonical").read_bytes() == written


@pytest.mark.parametrize(("kind", "data"), [("table", table_csv()), ("images", image_zip())])
def test_rows_that_are_not_the_uploaded_ones_are_refused(
    kind: str, data: bytes, tmp_path: Path
) -> None:
    summary = read(kind, data, tmp_path)
    other = table_csv(7) if kind == "table" else image_zip(None, **{"Images/p0.png": png(99)})
    read(kind, other, tmp_path)
    with pytest.raises(DatasetDamaged):
        load_training_data(stored(summary), LocalStore(tmp_path))


@pytest.mark.parametrize(("kind", "data"), [("table", table_csv()), ("images", image_zip())])
def test_an_object_that_is_cut_off_is_called_damaged(
    kind: str, data: bytes, tmp_path: Path
) -> None:
    summary = read(kind, data, tmp_path)
    whole = (tmp_path / "canonical").read_bytes()
    (tmp_path / "canonical").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatasetDamaged):
        load_training_data(stored(summary), LocalStore(tmp_path))
