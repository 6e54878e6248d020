"""Reads an archive of images without a CSV: the folder of each image is its class.

Nothing says whom the images are of, so each is a patient of its own; only the same image twice
counts as one, so that no split parts them.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from services.datasets.canonical import Rows
from services.datasets.inspection.archive import Archive
from services.datasets.inspection.copied_images import CopiedImages, copy_images
from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import Faults
from services.datasets.inspection.missing import KEEP
from services.datasets.inspection.summary import summarise
from services.datasets.inspection.targets import encode_targets
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary

_IMAGES = "images"
_CLASS = "folder"
_CLASS_AND_FILE = 2
MAX_FOLDERS_NAMED = 20
NOTE = (
    "The archive has no CSV: the folder of each image is its class, and each image counts as a "
    "patient of its own."
)


def has_class_folders(archive: Archive) -> bool:
    """Return whether the archive has no CSV and images in folders."""
    parts = [_parts(name) for name in archive.members]
    csv = any(len(one) == 1 and one[0].lower().endswith(".csv") for one in parts)
    return not csv and any(len(one) > 1 for one in parts)


def inspect_class_folders(
    archive: Archive, target: Path, limits: InspectionLimits
) -> DatasetSummary:
    """Validate the images and write their canonical form. Raises ``UploadError``."""
    classes = classes_of(archive)
    frame = pl.DataFrame({_CLASS: list(classes.values()), ROW: range(len(classes))})
    y, names = encode_targets(frame, _CLASS, limits, missing=KEEP)
    notes = [*archive.notes, NOTE, *_notes_on_names(names), *_notes_on_empty(archive)]

    def rows_of(digests: list[str]) -> Rows:
        patients = _patients(classes, digests, notes)
        return Rows(y=y, patients=patients, classes=names, columns={})

    images: CopiedImages = copy_images(list(classes), archive, rows_of, target, limits)
    return summarise(
        "images",
        images.rows,
        images.sha256,
        target.stat().st_size,
        num_features=0,
        image_shape=images.common_shape,
        grey_bits=images.grey.bits,
        notes=[*notes, *images.grey.notes(images.pictures)],
    )


def preview_class_folders(archive: Archive) -> tuple[int, list[str]]:
    """Return the number of images and what is known of their classes. Raises ``UploadError``."""
    classes = classes_of(archive)
    counts = pl.Series(_CLASS, list(classes.values())).value_counts().sort(_CLASS)
    shown = ", ".join(f"'{name}' {number:,}" for name, number in counts.head(20).iter_rows())
    more = f" and {counts.height - 20} more" if counts.height > 20 else ""
    names = sorted(set(classes.values()))
    said = [NOTE, f"Images by class: {shown}{more}.", *_notes_on_names(names)]
    said += _notes_on_empty(archive)
    return len(classes), [*archive.notes, *said]


def _notes_on_names(names: Sequence[str]) -> list[str]:
    """Say which folders differ in case or blanks only."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[" ".join(name.split()).casefold()].append(name)
    return [
        f"Folders {', '.join(repr(name) for name in same)} are classes of their own, as they are "
        "written. If they mean the same, put their images into one folder."
        for same in alike.values()
        if len(same) > 1
    ]


def _notes_on_empty(archive: Archive) -> list[str]:
    """Say which folders hold no image, so that no class comes of them."""
    empty = archive.empty_folders()
    if not empty:
        return []
    shown = ", ".join(repr(name) for name in empty[:MAX_FOLDERS_NAMED])
    left = len(empty) - MAX_FOLDERS_NAMED
    named = f"{shown} and {left} more" if left > 0 else shown
    if len(empty) == 1:
        return [f"Folder {shown} holds no image and is no class of the dataset."]
    return [f"{len(empty)} folders hold no image and are no classes of the dataset: {named}."]


def classes_of(archive: Archive) -> dict[str, str]:
    """Return the class of each member; raises ``UploadError`` for files at another depth."""
    faults, classes = Faults(), dict[str, str]()
    for name, parts in _below_common_folders(archive).items():
        if len(parts) == 2:
            classes[name] = parts[0]
        elif len(parts) == 1:
            faults.add(f"{name}: it lies in no folder; the folder of an image is its class.")
        else:
            faults.add(f"{name}: it lies deeper than one folder; put it into that of its class.")
    faults.refuse_if_any()
    return classes


def _below_common_folders(archive: Archive) -> dict[str, list[str]]:
    """Return the parts of each member's path without folders that lie around all classes."""
    paths = {name: _parts(name) for name in sorted(archive.members)}
    while paths and all(len(parts) > _CLASS_AND_FILE for parts in paths.values()):
        if len({parts[0] for parts in paths.values()}) > 1:
            break
        paths = {name: parts[1:] for name, parts in paths.items()}
    return paths


def _parts(name: str) -> list[str]:
    """Return the folders and the file below the root, without a folder Images/ around them."""
    parts = name.split("/")
    return parts[1:] if len(parts) > 1 and parts[0].casefold() == _IMAGES else parts


def _patients(classes: dict[str, str], digests: list[str], notes: list[str]) -> list[str]:
    """Return one patient for each different image.

    Raises ``UploadError`` for an image in two classes.
    """
    faults, firsts, patients = Faults(), dict[str, str](), list[str]()
    for name, digest in zip(classes, digests, strict=True):
        first = firsts.setdefault(digest, name)
        if classes[first] != classes[name]:
            faults.add(f"{name}: the same image is in another class, as {first}.")
        patients.append(first)
    faults.refuse_if_any()
    repeated = len(patients) - len(firsts)
    if repeated:
        images = "1 image repeats" if repeated == 1 else f"{repeated:,} images repeat"
        notes.append(f"{images} another one exactly. They are kept, and no split parts them.")
    return patients
