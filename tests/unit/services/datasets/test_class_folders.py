"""An archive with a folder for each class and no CSV."""

import zipfile
from pathlib import Path

import pytest

from harness.archives import image_zip, png, zip_bytes
from services.datasets.inspection.images import preview_images
from services.datasets.limits import InspectionLimits
from services.datasets.types import ReaderOptions
from tests.unit.services.datasets.reading import messages, read, refusal


def picture(value: int) -> bytes:
    return png(value)


def folders(root: str = "", **extra: bytes) -> bytes:
    members = {
        f"{root}{name}/{n}.png": picture(10 * n + place)
        for place, name in enumerate(("cat", "dog", "10"))
        for n in range(3)
    }
    return zip_bytes(members | extra)


@pytest.mark.parametrize("root", ["", "pets/", "Images/", "pets/Images/"])
def test_the_folder_of_an_image_is_its_class(root: str, tmp_path: Path) -> None:
    summary = read("images", folders(root), tmp_path)
    assert summary.class_distribution == {"10": 3, "cat": 3, "dog": 3}
    assert (summary.num_rows, summary.num_patients, summary.column_schema) == (9, 9, [])
    assert summary.notes[0].startswith("The archive has no CSV: the folder of each image")


def test_limits_have_nothing_to_divide_where_folders_are_classes(tmp_path: Path) -> None:
    fault = refusal("images", folders(), tmp_path, options=ReaderOptions(class_limits=[7]))
    assert list(fault.errors) == ["class_limits"]
    assert "class_limits has nothing to divide" in messages(fault)


def test_what_is_no_image_is_named(tmp_path: Path) -> None:
    data = folders(**{"cat/notes.txt": b"hello", "dog/old.gif": b"GIF89a"})
    assert refusal("images", data, tmp_path).errors["file"] == [
        "cat/notes.txt: it is not a readable PNG or JPEG image.",
        "dog/old.gif: it is not a readable PNG or JPEG image.",
    ]


def test_files_at_another_depth_are_named(tmp_path: Path) -> None:
    data = folders(**{"loose.png": picture(1), "cat/old/1.png": picture(2)})
    said = messages(refusal("images", data, tmp_path))
    assert "loose.png: it lies in no folder" in said
    assert "cat/old/1.png: it lies deeper than one folder" in said


def test_the_same_image_twice_is_one_patient_and_never_two_classes(tmp_path: Path) -> None:
    twice = read("images", folders(**{"cat/again.png": picture(0)}), tmp_path)
    assert (twice.num_rows, twice.num_patients) == (10, 9)
    assert "1 image repeats another one exactly." in twice.notes[-1]
    said = messages(refusal("images", folders(**{"dog/x.png": picture(0)}), tmp_path))
    assert "dog/x.png: the same image is in another class, as cat/0.png." in said


def test_one_folder_is_one_class_and_refused(tmp_path: Path) -> None:
    data = zip_bytes({"Images/cat/1.png": picture(1), "Images/cat/2.png": picture(2)})
    assert "one class only ('cat')" in messages(refusal("images", data, tmp_path))


@pytest.mark.parametrize("name", ["../cat/1.png", "/cat/1.png", "cat\\1.png"])
def test_a_path_that_leads_out_is_refused(name: str, tmp_path: Path) -> None:
    assert refusal("images", folders(**{name: picture(1)}), tmp_path).total == 1


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    data = zip_bytes({"cat/1.png": picture(1), "dog/zeros.png": bytes(30_000_000)})
    assert "bomb" in messages(refusal("images", data, tmp_path))


def test_a_preview_counts_the_images_of_each_class(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(folders())
    rows, schema, notes = preview_images(tmp_path / "upload", ReaderOptions(), InspectionLimits())
    assert (rows, schema, notes[-1]) == (9, [], "Images by class: '10' 3, 'cat' 3, 'dog' 3.")


def test_images_without_folders_need_a_csv_as_before(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as archive:
        archive.writestr("Images/p0.png", picture(1))
    data = (tmp_path / "plain.zip").read_bytes()
    assert "no metadata CSV" in messages(refusal("images", data, tmp_path))
    assert read("images", image_zip(), tmp_path).num_rows == 4


@pytest.mark.parametrize("root", ["", "pets/", "Images/", "pets/Images/"])
def test_folders_without_an_image_are_named(root: str, tmp_path: Path) -> None:
    one = {f"{root}bird/": b"", f"{root}cat/": b"", "__MACOSX/": b""}
    path = tmp_path / "upload"
    path.write_bytes(folders(root, **one))
    note = "Folder 'bird' holds no image and is no class of the dataset."
    assert note in preview_images(path, ReaderOptions(), InspectionLimits())[2]
    assert note in read("images", path.read_bytes(), tmp_path).notes
    two = folders(root, **one, **{f"{root}fish/Thumbs.db": b"x"})
    notes = read("images", two, tmp_path).notes
    assert "2 folders hold no image and are no classes of the dataset: 'bird', 'fish'." in notes
