"""The form in which a dataset is kept: independent of how it was uploaded.

A table is one Parquet file. Images are one uncompressed zip: ``index.parquet`` and the validated
originals, so that no pixel is changed before a training decides on its size. The hash is over
the content, not over the bytes of these formats, and is checked at each load.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

INDEX = "index.parquet"
_FEATURE, _COLUMN, _CATEGORY = "x:", "c:", "k:"
_FILLS = "fills"  # key of the metadata of a file


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What tables and images share: (n,) targets, patients and text columns, and the classes.

    A table may have ``categories`` (text columns to learn from, empty where missing) and
    ``fills`` (what a training puts where a column has no value).
    """

    y: NDArray[np.int64]
    patients: Sequence[str]
    classes: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)


def content_sha256(
    kind: str, rows: Rows, feature_names: Sequence[str], payload: Iterable[bytes]
) -> str:
    """Return the SHA-256 of a dataset's content; ``payload`` is its numbers in row order."""
    header = {
        "kind": kind,
        "rows": len(rows.y),
        "classes": list(rows.classes),
        "features": list(feature_names),
        "columns": list(rows.columns),
    }
    # not named where there are none: the hash of a table without them is older than they are
    header |= {"categories": list(rows.categories)} if rows.categories else {}
    header |= {"fills": dict(rows.fills)} if rows.fills else {}
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    digest.update(rows.y.astype("<i8").tobytes())
    for texts in (rows.patients, *rows.columns.values(), *rows.categories.values()):
        digest.update("\0".join(texts).encode())
        digest.update(b"\0")
    for part in payload:
        digest.update(part)
    return digest.hexdigest()


def table_payload(x: NDArray[np.float32]) -> bytes:
    """Return the bytes that stand for (n, features) numbers in the hash; NaN has one form."""
    plain = np.ascontiguousarray(x, dtype="<f4")
    gaps = np.isnan(plain)
    return (np.where(gaps, np.float32(np.nan), plain) if gaps.any() else plain).tobytes()


def write_table(
    path: Path, rows: Rows, x: NDArray[np.float32], feature_names: Sequence[str]
) -> str:
    """Write a table and return its content hash."""
    frame = _row_frame(rows).hstack(
        [pl.Series(_FEATURE + name, x[:, i]) for i, name in enumerate(feature_names)]
    )
    metadata = {_FILLS: json.dumps(dict(rows.fills))} if rows.fills else None
    frame.write_parquet(path, compression="zstd", statistics=False, metadata=metadata)
    return content_sha256("table", rows, feature_names, [table_payload(x)])


def read_table(
    source: IO[bytes], classes: Sequence[str]
) -> tuple[Rows, NDArray[np.float32], list[str]]:
    """Return the rows, (n, features) float32, and the feature names."""
    content = source.read()
    frame = pl.read_parquet(content)
    fills = json.loads(pl.read_parquet_metadata(io.BytesIO(content)).get(_FILLS, "{}"))
    names = [name for name in frame.columns if name.startswith(_FEATURE)]
    x = np.empty((frame.height, 0), dtype=np.float32)
    if names:
        x = np.ascontiguousarray(frame.select(names).to_numpy(), dtype=np.float32)
    return _rows_of(frame, classes, fills), x, [name.removeprefix(_FEATURE) for name in names]


def read_labels(source: IO[bytes], kind: str, classes: Sequence[str]) -> Rows:
    """Return the rows of a stored dataset without their numbers or images."""
    if kind == "images":
        with zipfile.ZipFile(source) as archive:
            return read_index(archive, classes)[0]
    content = source.read()
    inputs = (_FEATURE, _CATEGORY)
    names = [name for name in pl.read_parquet_schema(content) if not name.startswith(inputs)]
    return _rows_of(pl.read_parquet(content, columns=names), classes)


class ImageWriter:
    """Writes validated images one by one, then the index."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._files: list[str] = []
        self._digests: list[str] = []

    @property
    def digests(self) -> list[str]:
        """Return the SHA-256 of each image that was added."""
        return list(self._digests)

    def add(self, extension: str, data: bytes) -> None:
        """Keep the next row's image as it came."""
        name = f"{len(self._files):08d}{extension}"
        self._zip.writestr(_entry(name), data)
        self._files.append(name)
        self._digests.append(hashlib.sha256(data).hexdigest())

    def finish(self, rows: Rows) -> str:
        """Write the index and return the content hash."""
        frame = _row_frame(rows).with_columns(
            pl.Series("file", self._files), pl.Series("sha256", self._digests)
        )
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", statistics=False)
        self._zip.writestr(_entry(INDEX), buffer.getvalue())
        self._zip.close()
        return content_sha256("images", rows, (), map(bytes.fromhex, self._digests))


def read_index(archive: zipfile.ZipFile, classes: Sequence[str]) -> tuple[Rows, list[str]]:
    """Return the rows and the member name of each row's image."""
    frame = pl.read_parquet(archive.read(INDEX))
    return _rows_of(frame, classes), frame["file"].to_list()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def _row_frame(rows: Rows) -> pl.DataFrame:
    base: dict[str, Any] = {"y": rows.y, "patient": list(rows.patients)}
    texts = {_COLUMN + name: list(values) for name, values in rows.columns.items()}
    texts |= {_CATEGORY + name: list(values) for name, values in rows.categories.items()}
    return pl.DataFrame(base | texts)


def _rows_of(
    frame: pl.DataFrame, classes: Sequence[str], fills: Mapping[str, str] | None = None
) -> Rows:
    return Rows(
        y=frame["y"].to_numpy().astype(np.int64),
        patients=frame["patient"].to_list(),
        classes=tuple(classes),
        columns=_texts(frame, _COLUMN),
        categories=_texts(frame, _CATEGORY),
        fills=fills or {},
    )


def _texts(frame: pl.DataFrame, prefix: str) -> dict[str, list[str]]:
    names = [name for name in frame.columns if name.startswith(prefix)]
    return {name.removeprefix(prefix): frame[name].to_list() for name in names}
