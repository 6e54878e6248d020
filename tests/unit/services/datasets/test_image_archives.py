"""What an image archive must hold, and what is said when it does not."""

from pathlib import Path

import pytest

from harness.archives import (
    csv_bytes,
    image_members,
    image_rows,
    image_zip,
    png,
    zip_bytes,
)
from services.datasets.types import ReaderOptions
from tests.unit.services.datasets.reading import messages, read, refusal


def test_the_counts_of_a_good_archive_are_golden(tmp_path: Path) -> None:
    summary = read("images", image_zip(), tmp_path)
    assert (summary.num_rows, summary.num_patients, summary.num_features) == (4, 4, 0)
    assert summary.class_distribution == {"0": 2, "1": 2}
    assert (summary.columns, summary.image_shape) == (["hospital"], (6, 8, 1))


def test_everything_may_lie_in_one_folder(tmp_path: Path) -> None:
    inside = read("images", zip_bytes(image_members(root="study/")), tmp_path)
    assert inside.sha256 == read("images", image_zip(), tmp_path).sha256


def test_what_desktops_leave_behind_is_no_extra_file(tmp_path: Path) -> None:
    litter = {"__MACOSX/Images/._p0.png": b"x", ".DS_Store": b"x", "Images/Thumbs.db": b"x"}
    assert read("images", image_zip(None, **litter), tmp_path).num_rows == 4


def test_a_patient_may_have_several_images(tmp_path: Path) -> None:
    rows = [{"patientId": f"p{i // 2}", "Target": i % 2, "filename": f"{i}.png"} for i in range(6)]
    summary = read("images", image_zip(rows), tmp_path)
    assert (summary.num_rows, summary.num_patients) == (6, 3)


def test_several_rows_of_one_image_count_once(tmp_path: Path) -> None:
    """One row per box is how the public archives are made: the box differs, the image does not."""
    rows = [row | {"x": i} for row in image_rows() for i in range(3)]
    summary = read("images", image_zip(rows), tmp_path)
    assert (summary.num_rows, summary.columns) == (4, ["hospital"])


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    rows = [{"person": f"p{i}", "sick": "yes" if i else "no", "scan": f"{i}.png"} for i in range(3)]
    members = {"Images/0.png": png(), "Images/1.png": png(1), "Images/2.png": png(2)}
    options = ReaderOptions(
        patient_column="person", target_column="sick", filename_column="scan", csv_filename="a.csv"
    )
    summary = read("images", zip_bytes(members | {"a.csv": csv_bytes(rows)}), tmp_path, options)
    assert summary.class_distribution == {"no": 1, "yes": 2}


def test_the_default_names_are_found_in_another_spelling(tmp_path: Path) -> None:
    rows = [{"patient_id": f"p{i}", "target": i % 2} for i in range(4)]
    members = image_members() | {"metadata.csv": csv_bytes(rows)}
    assert read("images", zip_bytes(members), tmp_path).num_patients == 4


def test_a_filename_may_name_the_folder_too(tmp_path: Path) -> None:
    rows = [row | {"filename": f"Images/{row['patientId']}.png"} for row in image_rows()]
    members = image_members() | {"metadata.csv": csv_bytes(rows)}
    assert read("images", zip_bytes(members), tmp_path).num_rows == 4


def test_an_umlaut_may_be_written_in_two_ways(tmp_path: Path) -> None:
    rows = [row | {"filename": f"{row['patientId']}-ä.png"} for row in image_rows()]
    members = image_members([row | {"filename": f"{row['patientId']}-a\u0308.png"} for row in rows])
    members["metadata.csv"] = csv_bytes(rows)
    assert read("images", zip_bytes(members), tmp_path).num_rows == 4


def test_colour_in_one_image_makes_the_dataset_coloured(tmp_path: Path) -> None:
    coloured = image_zip(None, **{"Images/p0.png": png(0, mode="RGB")})
    assert read("images", coloured, tmp_path).image_shape == (6, 8, 3)


def test_a_missing_image_is_named_with_its_row(tmp_path: Path) -> None:
    members = image_members()
    del members["Images/p2.png"]
    fault = refusal("images", zip_bytes(members), tmp_path)
    assert fault.errors == {"file": ["Row 4: Images/p2.png is not in the archive."]}


def test_an_image_of_another_type_is_pointed_out(tmp_path: Path) -> None:
    members = image_members()
    members["Images/p2.jpg"] = members.pop("Images/p2.png")
    said = messages(refusal("images", zip_bytes(members), tmp_path))
    assert "There is a 'Images/p2.jpg'." in said


def test_an_image_without_a_row_is_named(tmp_path: Path) -> None:
    said = messages(refusal("images", image_zip(None, **{"Images/lost.png": png()}), tmp_path))
    assert said == "Images/lost.png: no row of metadata.csv names it."


def test_a_file_that_does_not_belong_is_named(tmp_path: Path) -> None:
    said = messages(refusal("images", image_zip(None, **{"notes.txt": b"hello"}), tmp_path))
    assert said.startswith("notes.txt: only metadata.csv and Images/")


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", png()[:50], png(fmt="GIF", mode="P")],
    ids=["empty", "text", "cut", "gif"],
)
def test_an_unreadable_image_is_named(data: bytes, tmp_path: Path) -> None:
    said = messages(refusal("images", image_zip(None, **{"Images/p1.png": data}), tmp_path))
    assert said == "Images/p1.png: it is not a readable PNG or JPEG image."


def test_one_image_with_two_targets_is_refused_with_both_rows(tmp_path: Path) -> None:
    rows = [*image_rows(), {"patientId": "p0", "Target": 1, "hospital": "north"}]
    said = messages(refusal("images", image_zip(rows), tmp_path))
    assert said == "Row 6: Images/p0.png has the target '1', but '0' in row 2."


def test_one_image_of_two_patients_is_refused_with_both_rows(tmp_path: Path) -> None:
    rows = [{"patientId": f"p{i}", "Target": i % 2, "filename": f"{i % 2}.png"} for i in range(3)]
    said = messages(refusal("images", image_zip(rows), tmp_path))
    assert said == "Row 4: Images/0.png has the patient 'p2', but 'p0' in row 2."


def test_one_class_only_is_refused(tmp_path: Path) -> None:
    rows = [row | {"Target": 1} for row in image_rows()]
    fault = refusal("images", image_zip(rows), tmp_path)
    assert "one class only ('1')" in fault.errors["target_column"][0]


def test_an_archive_without_a_csv_is_refused(tmp_path: Path) -> None:
    assert "no metadata CSV" in messages(
        refusal("images", zip_bytes({"Images/a.png": png()}), tmp_path)
    )


def test_an_archive_without_images_is_refused(tmp_path: Path) -> None:
    data = zip_bytes({"a.csv": csv_bytes(image_rows())})
    assert "no folder Images/" in messages(refusal("images", data, tmp_path))


def test_one_of_several_csv_files_must_be_named(tmp_path: Path) -> None:
    fault = refusal("images", image_zip(None, **{"other.csv": b"a"}), tmp_path)
    assert "'metadata.csv', 'other.csv'" in fault.errors["csv_filename"][0]


@pytest.mark.parametrize("name", ["../metadata.csv", "/etc/passwd", "lost.csv", "a\0b"])
def test_a_csv_that_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    options = ReaderOptions(csv_filename=name)
    fault = refusal("images", image_zip(), tmp_path, options=options)
    assert list(fault.errors) == ["csv_filename"]


@pytest.mark.parametrize("column", ["patientId", "Target", "filename"])
def test_an_empty_cell_is_named(column: str, tmp_path: Path) -> None:
    rows = [row | {"filename": f"{row['patientId']}.png"} for row in image_rows()]
    members = image_members(rows)
    members["metadata.csv"] = csv_bytes([*rows[:2], rows[2] | {column: ""}, rows[3]])
    said = messages(refusal("images", zip_bytes(members), tmp_path))
    assert f"Row 4, column '{column}': the cell is empty." in said
