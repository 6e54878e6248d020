"""Reads an uploaded archive of images and the CSV that says what they show."""

import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import polars as pl

from services.datasets.canonical import ImageWriter, Rows
from services.datasets.inspection.archive import Archive, DamagedMemberError, open_archive
from services.datasets.inspection.columns import names_of, optional_column, required_column
from services.datasets.inspection.csv_text import ROW, read_csv
from services.datasets.inspection.faults import Faults, refuse
from services.datasets.inspection.pictures import Picture, UnreadableImageError, decode
from services.datasets.inspection.summary import summarise
from services.datasets.inspection.targets import encode_targets, refuse_empty_cells
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary, ReaderOptions

DEFAULT_CSV = "stage2_train_metadata.csv"
IMAGE_FOLDER = "Images"
_FILE = "__file__"


def inspect_images(
    source: Path, target: Path, options: ReaderOptions, limits: InspectionLimits
) -> DatasetSummary:
    """Validate the zip at ``source`` and write its canonical form. Raises ``UploadError``."""
    archive = open_archive(source, limits)
    csv_name = _find_csv(archive, options.csv_filename)
    frame, parts = _read_index(archive, csv_name, options, limits)
    _refuse_contradictions(frame, parts)
    _refuse_mismatch(frame, archive, csv_name)
    texts = _texts_of_images(frame, parts)
    frame = frame.unique(_FILE, keep="first", maintain_order=True)
    y, classes = encode_targets(frame, parts.target, limits)
    rows = Rows(
        y=y,
        patients=frame[parts.patient].to_list(),
        classes=classes,
        columns={name: frame[name].to_list() for name in texts},
    )
    sha256, shape = _copy_images(frame[_FILE].to_list(), archive, rows, target, limits)
    size = target.stat().st_size
    return summarise("images", rows, sha256, size, num_features=0, image_shape=shape)


@dataclass(frozen=True)
class _Parts:
    patient: str
    target: str
    filename: str | None


def _find_csv(archive: Archive, asked: str | None) -> str:
    found = [name for name in archive.members if name.lower().endswith(".csv")]
    found = [name for name in found if "/" not in name]
    shown = ", ".join(f"'{name}'" for name in found[:10]) or "none"
    if asked and asked not in found:
        refuse(
            f"There is no '{asked}' beside Images/. CSV files there: {shown}.",
            field="csv_filename",
        )
    if not found:
        refuse("There is no metadata CSV beside Images/.")
    if len(found) > 1 and not asked and DEFAULT_CSV not in found:
        refuse(f"Several CSV files lie beside Images/: {shown}. Name one.", field="csv_filename")
    return asked or (DEFAULT_CSV if DEFAULT_CSV in found else found[0])


def _read_index(
    archive: Archive, csv_name: str, options: ReaderOptions, limits: InspectionLimits
) -> tuple[pl.DataFrame, _Parts]:
    try:
        text = archive.read(csv_name)
    except DamagedMemberError as error:
        refuse(f"{csv_name}: {error}.")
    frame = read_csv(io.BytesIO(text), csv_name, limits)
    parts = _assign(frame, options)
    refuse_empty_cells(frame, parts.patient)
    name = pl.col(parts.patient) + ".png"
    if parts.filename:
        refuse_empty_cells(frame, parts.filename)
        name = pl.col(parts.filename).str.strip_prefix(f"{IMAGE_FOLDER}/")
    return frame.with_columns(name.str.normalize("NFC").alias(_FILE)), parts


def _assign(frame: pl.DataFrame, options: ReaderOptions) -> _Parts:
    patient = required_column(frame, options.patient_column, "patientId", field="patient_column")
    target = required_column(frame, options.target_column, "Target", field="target_column")
    filename = optional_column(frame, options.filename_column, "filename", field="filename_column")
    if target in (patient, filename):
        refuse(f"'{target}' cannot be the target and name images too.", field="target_column")
    return _Parts(patient, target, filename)


def _refuse_contradictions(frame: pl.DataFrame, parts: _Parts) -> None:
    """Refuse one image with two targets or two patients, naming both rows."""
    faults = Faults()
    for column, word in ((parts.target, "target"), (parts.patient, "patient")):
        first = frame.group_by(_FILE).agg(
            pl.col(column).first().alias("value"), pl.col(ROW).first().alias("row")
        )
        clash = frame.join(first, on=_FILE).filter(pl.col(column) != pl.col("value"))
        for row in clash.sort(ROW).iter_rows(named=True):
            faults.add(
                f"Row {row[ROW]}: {IMAGE_FOLDER}/{row[_FILE]} has the {word} '{row[column]}', "
                f"but '{row['value']}' in row {row['row']}."
            )
    faults.refuse_if_any()


def _refuse_mismatch(frame: pl.DataFrame, archive: Archive, csv_name: str) -> None:
    """Refuse rows without an image, and files without a row."""
    faults, listed = Faults(), set(frame[_FILE].to_list())
    if not archive.images:
        refuse(f"The archive has no folder {IMAGE_FOLDER}/ with images.")
    for line, name in frame.select(ROW, _FILE).iter_rows():
        if name not in archive.images:
            faults.add(
                f"Row {line}: {IMAGE_FOLDER}/{name} is not in the archive."
                f"{_other_spelling(name, archive)}"
            )
    for name in archive.images.keys() - listed:
        faults.add(f"{archive.images[name]}: no row of {csv_name} names it.")
    for name in archive.members.keys() - set(archive.images.values()) - {csv_name}:
        faults.add(f"{name}: only {csv_name} and {IMAGE_FOLDER}/ belong in the archive.")
    faults.refuse_if_any()


def _other_spelling(name: str, archive: Archive) -> str:
    near = archive.image_by_stem.get(PurePosixPath(name).stem.casefold())
    return f" There is a '{near}'." if near else ""


def _texts_of_images(frame: pl.DataFrame, parts: _Parts) -> list[str]:
    """Return the further columns that say one thing per image, not one per row of it."""
    others = [
        name
        for name in names_of(frame)
        if name not in (parts.patient, parts.target, parts.filename, _FILE)
    ]
    if not others:
        return []
    differing = frame.group_by(_FILE).agg(pl.col(others).n_unique()).select(others).max()
    return [name for name in others if differing[name][0] == 1]


def _copy_images(
    names: list[str], archive: Archive, rows: Rows, target: Path, limits: InspectionLimits
) -> tuple[str, tuple[int, int, int]]:
    """Write the validated originals; return the content hash and the most frequent shape."""
    faults, writer = Faults(), ImageWriter(target)
    pictures: list[Picture] = []
    for name in names:
        member = archive.images[name]
        try:
            data = archive.read(member)
            pictures.append(decode(data, limits))
            writer.add(pictures[-1].extension, data)
        except (DamagedMemberError, UnreadableImageError) as error:
            faults.add(f"{member}: {error}.")
    faults.refuse_if_any()
    sha256 = writer.finish(rows)
    return sha256, _common_shape(pictures)


def _common_shape(pictures: list[Picture]) -> tuple[int, int, int]:
    sizes = Counter(picture.shape[:2] for picture in pictures)
    (height, width), _ = max(sizes.items(), key=lambda item: (item[1], item[0]))
    return height, width, max(picture.shape[2] for picture in pictures)
