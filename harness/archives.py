"""Makes the files that people upload, good ones and evil ones, without any foreign data."""

import csv
import io
import stat
import zipfile
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

Row = Mapping[str, object]


def png(
    shade: int = 0, *, size: tuple[int, int] = (8, 6), mode: str = "L", fmt: str = "PNG"
) -> bytes:
    """Return an image of (width, height) whose pixels depend on ``shade`` alone."""
    width, height = size
    grey = ((np.arange(width * height).reshape(height, width) * 3 + shade) % 256).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(grey).convert(mode).save(buffer, fmt)
    return buffer.getvalue()


def deep_png(value: int, *, size: tuple[int, int] = (4, 4)) -> bytes:
    """Return a 16-bit grey image of one value."""
    pixels = np.full((size[1], size[0]), value, dtype=np.uint16)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def csv_bytes(rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as CSV; the keys of the first row are the header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def zip_bytes(members: Mapping[str, bytes], *, compressed: bool = True) -> bytes:
    """Return a zip of exactly these members, whatever their names."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(raw_entry(name, method), data)
    return buffer.getvalue()


def raw_entry(name: str, method: int = zipfile.ZIP_STORED, kind: int = 0) -> zipfile.ZipInfo:
    """Return an entry whose name is written as it is, of a file type such as S_IFLNK."""
    info = zipfile.ZipInfo("x", date_time=(2020, 1, 1, 0, 0, 0))
    info.filename = name
    info.compress_type = method
    info.external_attr = (kind | 0o644) << 16 if kind else 0
    return info


def special_zip(name: str, data: bytes, kind: int = stat.S_IFLNK) -> bytes:
    """Return a small image archive with one more member of a special type."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, content in image_members().items():
            archive.writestr(member, content)
        archive.writestr(raw_entry(name, kind=kind), data)
    return buffer.getvalue()


def image_rows(patients: int = 4) -> list[dict[str, object]]:
    """Return metadata of one image per patient, targets alternating, two hospitals."""
    return [
        {"patientId": f"p{i}", "Target": i % 2, "hospital": "north" if i < 2 else "south"}
        for i in range(patients)
    ]


def image_members(
    rows: Sequence[Row] | None = None, *, root: str = "", csv_name: str = "metadata.csv"
) -> dict[str, bytes]:
    """Return the members of an image archive: ``Images/`` and the CSV."""
    rows = rows if rows is not None else image_rows()
    names = {str(row.get("filename") or f"{row['patientId']}.png"): None for row in rows}
    images = {f"{root}Images/{name}": png(i * 10) for i, name in enumerate(names)}
    return images | {f"{root}{csv_name}": csv_bytes(rows)}


def image_zip(rows: Sequence[Row] | None = None, **extra: bytes) -> bytes:
    """Return a small image archive that is right in every way."""
    return zip_bytes(image_members(rows) | extra)


def table_rows(rows: int = 6) -> list[dict[str, object]]:
    """Return a table of two numbers, a hospital and a target."""
    return [
        {
            "age": 30 + i,
            "dose": f"{0.5 * i:.1f}",
            "hospital": "north" if i % 3 else "south",
            "Target": i % 2,
        }
        for i in range(rows)
    ]


def table_csv(rows: int = 6) -> bytes:
    """Return a small CSV table that is right in every way."""
    return csv_bytes(table_rows(rows))
