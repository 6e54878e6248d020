"""Checking a site's data: read by a bounded process, counted, and compared with the manifest."""

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.storage.local import LocalStore
from services.datasets.errors import UploadRefused
from services.datasets.inspector import inspect_upload
from services.datasets.limits import InspectionLimits
from services.datasets.load import load_training_data
from services.datasets.types import DatasetSummary, ReaderOptions, StoredDataset, TrainingData
from services.federations.errors import DataChanged, ManifestRefused
from services.federations.site.folder import PRIVATE, SiteFolder
from services.federations.site.manifest import NAME, SiteManifest

ROWS, ABOUT = "rows.bin", "data.json"
ONE_CLASS_WILL_DO = InspectionLimits(fewest_classes=1)  # the other sites have the others
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".csv")


def check_data(folder: SiteFolder, *, fresh: bool = False) -> DatasetSummary:
    """Return what the site's data holds; raises ``ManifestRefused`` with every fault found.

    Data whose files have not changed since the last check is not read again, unless ``fresh``.
    """
    manifest = SiteManifest.read(folder.path)
    source = _source(folder, manifest)
    state = {"manifest": asdict(manifest), "files": _stamps(source)}
    known = None if fresh else _known(folder, state)
    summary = known or _inspect(folder, manifest, source)
    if known is None:
        kept = {"state": state, "summary": asdict(summary)}
        folder.write(ABOUT, json.dumps(kept).encode())
    _compare(manifest, summary)
    return summary


def load_data(
    folder: SiteFolder, summary: DatasetSummary, size: tuple[int, int] | None, color_mode: str
) -> TrainingData:
    """Return the rows that were checked, in their order."""
    stored = StoredDataset(
        kind=summary.kind,
        classes=summary.classes,
        sha256=summary.sha256,
        object_key=ROWS,
        image_shape=summary.image_shape,
        grey_bits=summary.grey_bits,
    )
    store = LocalStore(folder.private)
    return load_training_data(stored, store, image_size=size, color_mode=color_mode)


def as_report(summary: DatasetSummary) -> dict[str, Any]:
    """Return what the server learns of a check that went well."""
    return {
        "ok": True,
        "kind": summary.kind,
        "rows": summary.num_rows,
        "patients": summary.num_patients,
        "features": summary.num_features,
        "classes": dict(summary.class_distribution),
        "sha256": summary.sha256,
        "message": None,
    }


def pin(folder: SiteFolder, summary: DatasetSummary) -> None:
    """Write the rows and the hash into the manifest, so that changed data is refused."""
    file = folder.path / NAME
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not _sets(line, ("rows", "sha256"))]
    place = next(n for n, line in enumerate(kept) if line.strip().startswith("[data]")) + 1
    pinned = [f"rows = {summary.num_rows}", f'sha256 = "{summary.sha256}"']
    file.write_text("\n".join([*kept[:place], *pinned, *kept[place:]]) + "\n", encoding="utf-8")


def _sets(line: str, names: tuple[str, ...]) -> bool:
    return line.partition("=")[0].strip() in names


def _source(folder: SiteFolder, manifest: SiteManifest) -> Path:
    place = Path(os.path.normpath(folder.path / manifest.path))
    if not place.is_relative_to(folder.path):
        raise _refused(
            f"path is {manifest.path!r}, which is outside of {folder.path}. Put the data into the "
            "site's folder, or a link to it."
        )
    source = place.resolve()
    if place.is_relative_to(folder.private) or source.is_relative_to(folder.private):
        raise _refused(f"path is {manifest.path!r}; {PRIVATE} holds keys. Put the data beside it.")
    if not source.exists():
        raise _refused(f"{NAME} names {manifest.path!r}, but there is no {source}.")
    if manifest.kind == "table" and not source.is_file():
        raise _refused(f"{source} is a folder; a table is one CSV file.")
    if source == folder.path:
        raise _refused("path is the site's folder itself; put the data into a folder of its own.")
    return source


def _inspect(folder: SiteFolder, manifest: SiteManifest, source: Path) -> DatasetSummary:
    folder.prepare()
    options = ReaderOptions(
        patient_column=manifest.patient_column,
        target_column=manifest.target_column,
        filename_column=manifest.filename_column,
        keep_duplicates=manifest.keep_duplicates,
        category_columns=manifest.category_columns,
        missing_features=manifest.missing_features,
        censored=manifest.censored,
        decimal=manifest.decimal,
        class_limits=manifest.class_limits,
    )
    draft = folder.private / f"{ROWS}.draft"
    try:
        with _as_file(source, folder.private) as file:
            summary = inspect_upload(manifest.kind, file, draft, options, ONE_CLASS_WILL_DO)
        draft.replace(folder.private / ROWS)
    except UploadRefused as refusal:
        faults = [one for messages in refusal.errors.values() for one in messages]
        raise ManifestRefused(refusal.detail, errors={"data": faults}) from None
    finally:
        draft.unlink(missing_ok=True)
    return summary


@contextmanager
def _as_file(source: Path, private: Path) -> Iterator[Path]:
    """Give one file: images in a folder are packed for as long as they are read."""
    if source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory(dir=private) as scratch:
        packed = Path(scratch) / "images.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for file in _files(source):
                archive.write(file, file.relative_to(source))
        yield packed


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    files = (file for file in source.rglob("*") if file.is_file())
    return sorted(file for file in files if file.suffix.lower() in IMAGE_ENDINGS)


def _stamps(source: Path) -> list[list[Any]]:
    stamps = []
    for file in _files(source):
        about = file.stat()
        stamps.append([str(file), about.st_size, about.st_mtime_ns])
    return stamps


def _known(folder: SiteFolder, state: dict[str, Any]) -> DatasetSummary | None:
    try:
        kept = json.loads((folder.private / ABOUT).read_text())
        is_same = kept["state"] == state and (folder.private / ROWS).is_file()
        return DatasetSummary(**kept["summary"]) if is_same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _compare(manifest: SiteManifest, summary: DatasetSummary) -> None:
    if manifest.rows is not None and manifest.rows != summary.num_rows:
        raise _changed(
            f"{NAME} says {manifest.rows} rows, the data has {summary.num_rows}. Bring the data "
            "back, or pin the new one with: site check --pin"
        )
    if manifest.sha256 is not None and manifest.sha256 != summary.sha256:
        raise _changed(
            f"The data has changed: its hash is {summary.sha256[:12]}…, {NAME} says "
            f"{manifest.sha256[:12]}…. Bring it back, or pin the new one with: site check --pin"
        )


def _refused(message: str) -> ManifestRefused:
    return ManifestRefused(message, errors={"data": [message]})


def _changed(message: str) -> DataChanged:
    return DataChanged(message, errors={"data": [message]})
