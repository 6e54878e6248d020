"""Archives that attack, and archives that are merely wrong: each refused by name."""

import io
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from harness.archives import (
    csv_bytes,
    image_members,
    image_rows,
    image_zip,
    png,
    special_zip,
    table_csv,
    zip_bytes,
)
from services.datasets.limits import InspectionLimits
from tests.unit.services.datasets.reading import messages, refusal

NAMES = {
    "parent": ("../evil.png", "leads out"),
    "deep parent": ("Images/../../evil.png", "leads out"),
    "absolute": ("/etc/passwd", "absolute"),
    "drive": ("C:/evil.png", "absolute"),
    "backslash": ("..\\evil.png", "backslash"),
    "NUL": ("Images/p0.png\0.txt", "control character"),
    "newline": ("Images/a\nb.png", "control character"),
    "empty part": ("Images//evil.png", "empty part"),
    "dot part": ("Images/./evil.png", "empty part"),
    "zip inside": ("Images/inner.zip", "archive inside"),
    "tar inside": ("Images/inner.tar.gz", "archive inside"),
    "encoded dots": ("..%252fevil.png", "..%252fevil.png"),
    "overlong dots": ("%c0%ae%c0%ae/evil.png", "%c0%ae"),
}


@pytest.mark.parametrize(("name", "said"), NAMES.values(), ids=NAMES)
def test_a_member_with_an_evil_name_is_refused_by_name(
    name: str, said: str, tmp_path: Path
) -> None:
    assert said in messages(refusal("images", image_zip(None, **{name: b"x"}), tmp_path))


def test_nothing_is_written_outside_the_target(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    refusal("images", image_zip(None, **{"../../evil.png": png()}), inner)
    assert {path.name for path in tmp_path.rglob("*")} == {"a", "b", "upload"}


@pytest.mark.parametrize(
    ("kind", "said"),
    [(stat.S_IFLNK, "symbolic link"), (stat.S_IFIFO, "special file"), (stat.S_IFCHR, "special")],
)
def test_a_link_or_device_is_refused(kind: int, said: str, tmp_path: Path) -> None:
    evil = special_zip("Images/link.png", b"/etc/passwd", kind)
    assert said in messages(refusal("images", evil, tmp_path))


def test_a_member_that_unpacks_to_a_hundred_times_its_size_is_refused(tmp_path: Path) -> None:
    said = messages(
        refusal("images", image_zip(None, **{"Images/b.png": bytes(8 << 20)}), tmp_path)
    )
    assert "refused as a bomb" in said


def test_one_bomb_among_honest_members_is_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(200_000)
    data = image_zip(None, **{"Images/noise.png": noise, "Images/b.png": bytes(8 << 20)})
    assert "Images/b.png: it unpacks to over 100 times" in messages(
        refusal("images", data, tmp_path)
    )


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (InspectionLimits(archive_members=3), "has 5 members"),
        (InspectionLimits(unpacked_bytes=100), "unpacks to"),
        (InspectionLimits(member_bytes=10), "unpacks to over"),
        (InspectionLimits(image_pixels=47), "8 x 6 pixels"),
    ],
)
def test_an_archive_beyond_a_limit_is_refused(
    limits: InspectionLimits, said: str, tmp_path: Path
) -> None:
    assert said in messages(refusal("images", image_zip(), tmp_path, limits=limits))


def test_a_picture_of_a_billion_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    header = b"IHDR" + (40_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header
    bomb += zlib.crc32(header).to_bytes(4, "big") + png()[33:]
    said = messages(refusal("images", image_zip(None, **{"Images/p0.png": bomb}), tmp_path))
    assert "Images/p0.png: it is not a readable" in said


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(image_zip())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in messages(refusal("images", bytes(data), tmp_path))


def test_an_unusual_packing_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in image_members().items():
            archive.writestr(name, content)
    assert "unusual method" in messages(refusal("images", buffer.getvalue(), tmp_path))


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(image_zip())
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("Images/p0.png", png(99))
    assert "holds this name twice" in messages(refusal("images", buffer.getvalue(), tmp_path))


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    data = zip_bytes(image_members(), compressed=False)
    data = data.replace(png(10), png(10)[:-20] + bytes(20))
    assert "Images/p1.png: the archive is damaged" in messages(refusal("images", data, tmp_path))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a zip archive"),
        (b"GIF89a" * 20, "not a zip archive"),
        (table_csv(), "not a zip archive"),
        (image_zip()[:-30], "not a zip archive"),
        (zip_bytes({}), "archive is empty"),
    ],
    ids=["nothing", "gif", "csv", "cut off", "no members"],
)
def test_what_is_no_archive_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    assert said in messages(refusal("images", data, tmp_path))


def traversals() -> list[str]:
    """Return names that lead out of a folder where somebody decodes or joins them."""
    dots = [
        "..",
        "..%2f..",
        "%2e%2e",
        "..%252f",
        "%c0%ae%c0%ae",
        "....//",
        "..\\..",
        "..;",
        ".%00.",
    ]
    ends = ["canary.png", "Images/../canary.png", "./canary.png", "canary.png%00.png"]
    schemes = [
        "/canary.png",
        "file:///canary.png",
        "//host/canary.png",
        "C:\\canary.png",
        "~/canary.png",
    ]
    return [f"{dot}/{end}" for dot in dots for end in ends] + schemes


@pytest.mark.parametrize("name", traversals())
def test_a_file_outside_is_never_read_whatever_a_row_calls_it(name: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for folder in (tmp_path, inner):
        (folder / "canary.png").write_bytes(png(77))
    rows = [
        row | {"filename": name if i == 0 else f"p{i}.png"} for i, row in enumerate(image_rows())
    ]
    members = image_members() | {"metadata.csv": csv_bytes(rows)}
    said = messages(refusal("images", zip_bytes(members), inner))
    assert f"Row 2: Images/{name} is not in the archive." in said
    assert (tmp_path / "canary.png").read_bytes() == png(77)


def test_a_tar_is_no_archive_of_ours(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        evil = tarfile.TarInfo("../../evil.png")
        evil.size = len(png())
        archive.addfile(evil, io.BytesIO(png()))
    assert "not a zip archive" in messages(refusal("images", buffer.getvalue(), tmp_path))


def test_many_evil_members_are_listed_as_the_first_twenty_and_a_count(tmp_path: Path) -> None:
    evil = {f"../{i}.png": b"x" for i in range(50)}
    fault = refusal("images", zip_bytes(image_members(image_rows()) | evil), tmp_path)
    assert (len(fault.errors["file"]), fault.total) == (20, 50)
