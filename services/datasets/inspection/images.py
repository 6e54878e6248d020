"""Reads an uploaded archive of images and the CSV that says what they show."""

import io
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import polars as pl

from services.datasets.canonical import Rows
from services.datasets.inspection.archive import Archive, DamagedMemberError, open_archive
from services.datasets.inspection.class_folders import (
    has_class_folders,
    inspect_class_folders,
    preview_class_folders,
)
from services.datasets.inspection.columns import names_of, optional_column, required_column
from services.datasets.inspection.copied_images import copy_images
from services.datasets.inspection.csv_text import ROW, read_csv
from services.datasets.inspection.faults import Faults, refuse
from services.datasets.inspection.missing import DROP, refuse_missing, without_missing
from services.datasets.inspection.summary import summarise
from services.datasets.inspection.table import suggested_schema
from services.datasets.inspection.targets import encode_targets
from services.datasets.limits import InspectionLimits
from services.datasets.types import ColumnSchema, DatasetSummary, ReaderOptions

DEFAULT_CSV = "stage2_train_metadata.csv"
IMAGE_FOLDER = "Images"
_FILE = "__file__"


def inspect_images(
    source: Path, target: Path, options: ReaderOptions, limits: InspectionLimits
) -> DatasetSummary:
    """Validate the zip at ``source`` and write its canonical form. Raises ``UploadError``."""
    archive = open_archive(source, limits)
    if options.csv_filename is None and has_class_folders(archive):
        if options.class_limits:
            refuse(
                "The folder of each image is its class here, so class_limits has nothing to "
                "divide. Leave it out.",
                field="class_limits",
            )
        return inspect_class_folders(archive, target, limits)
    csv_name = _find_csv(archive, options.csv_filename)
    notes = list(archive.notes)
    frame, parts = _read_index(archive, csv_name, options, limits, notes)
    _refuse_contradictions(frame, parts)
    rows, frame = _read_rows(frame, parts, options, limits, notes)
    members = [archive.images[name] for name in frame[_FILE].to_list()]
    images = copy_images(members, archive, lambda _: rows, target, limits)
    texts = frozenset(rows.columns)
    return summarise(
        "images",
        rows,
        images.sha256,
        target.stat().st_size,
        num_features=0,
        image_shape=images.common_shape,
        grey_bits=images.grey.bits,
        column_schema=_schema(frame, parts, options, texts),
        notes=[*notes, *images.grey.notes(images.pictures)],
    )


def preview_images(
    source: Path, options: ReaderOptions, limits: InspectionLimits
) -> tuple[int, list[ColumnSchema], list[str]]:
    """Return the number of rows, the columns and notes of the CSV of an archive.

    Raises ``UploadError`` for what is no such archive.
    """
    archive = open_archive(source, limits)
    if options.csv_filename is None and has_class_folders(archive):
        number, notes = preview_class_folders(archive)
        return number, [], notes
    notes = list(archive.notes)
    frame = _read_frame(archive, _find_csv(archive, options.csv_filename), limits, notes)
    filename = optional_column(frame, options.filename_column, "filename", field="filename_column")
    schema = suggested_schema(frame, options, notes, filename=filename)
    return frame.height, _without_features(schema), notes


def _schema(
    frame: pl.DataFrame, parts: "_Parts", options: ReaderOptions, texts: frozenset[str]
) -> list[ColumnSchema]:
    """Return the columns of the CSV as they are used: nothing but the images is learned from."""
    used = {parts.target, parts.patient, parts.filename, *texts}
    chosen = replace(options, target_column=parts.target, patient_column=parts.patient)
    schema = suggested_schema(frame.drop(_FILE), chosen, [], filename=parts.filename)
    return [
        one if one.name in used else replace(one, role="ignored")
        for one in _without_features(schema)
    ]


def _without_features(schema: list[ColumnSchema]) -> list[ColumnSchema]:
    return [replace(one, role="site") if one.role == "feature" else one for one in schema]


def _read_rows(
    frame: pl.DataFrame,
    parts: "_Parts",
    options: ReaderOptions,
    limits: InspectionLimits,
    notes: list[str],
) -> tuple[Rows, pl.DataFrame]:
    """Return one row per image, and the frame that it is made of."""
    texts = _texts_of_images(frame, parts, options, notes)
    images = frame.unique(_FILE, keep="first", maintain_order=True)
    if images.height < frame.height:
        notes.append(
            f"{frame.height:,} rows describe {images.height:,} images: "
            "the first row of each image counts."
        )
    y, classes = encode_targets(
        images,
        parts.target,
        limits,
        missing=options.missing_rows,
        notes=notes,
        class_limits=options.class_limits,
    )
    rows = Rows(
        y=y,
        patients=images[parts.patient].to_list(),
        classes=classes,
        columns={name: images[name].to_list() for name in texts},
    )
    return rows, images


@dataclass(frozen=True)
class _Parts:
    patient: str
    target: str
    filename: str | None


def _find_csv(archive: Archive, requested: str | None) -> str:
    csv_names = [name for name in archive.members if name.lower().endswith(".csv")]
    csv_names = [name for name in csv_names if "/" not in name]
    shown = ", ".join(f"'{name}'" for name in csv_names[:10]) or "none"
    if requested and requested not in csv_names:
        refuse(
            f"There is no '{requested}' beside Images/. CSV files there: {shown}.",
            field="csv_filename",
        )
    if not csv_names:
        refuse(
            "There is no metadata CSV beside Images/, and no folder for each of several classes."
        )
    if len(csv_names) > 1 and not requested and DEFAULT_CSV not in csv_names:
        refuse(f"Several CSV files lie beside Images/: {shown}. Name one.", field="csv_filename")
    return requested or (DEFAULT_CSV if DEFAULT_CSV in csv_names else csv_names[0])


def _read_index(
    archive: Archive,
    csv_name: str,
    options: ReaderOptions,
    limits: InspectionLimits,
    notes: list[str],
) -> tuple[pl.DataFrame, _Parts]:
    """Return the rows of the CSV, each with the file that it names, once all have an image."""
    frame = _read_frame(archive, csv_name, limits, notes)
    parts = _assign(frame, options)
    needed = [parts.patient, *([parts.filename] if parts.filename else [])]
    if options.missing_rows == DROP:
        filled = without_missing(frame, [*needed, parts.target], notes)
    else:
        refuse_missing(frame, needed, choice=options.missing_rows)
        filled = frame
    _refuse_mismatch(_with_files(frame, parts), _with_files(filled, parts), archive, csv_name)
    return _with_files(filled, parts), parts


def _read_frame(
    archive: Archive, csv_name: str, limits: InspectionLimits, notes: list[str]
) -> pl.DataFrame:
    try:
        text = archive.read(csv_name)
    except DamagedMemberError as error:
        refuse(f"{csv_name}: {error}.")
    return read_csv(io.BytesIO(text), csv_name, limits, notes)


def _with_files(frame: pl.DataFrame, parts: _Parts) -> pl.DataFrame:
    """Add the file of each row, below the folder of the images."""
    name = pl.col(parts.patient) + ".png"
    if parts.filename:
        name = pl.col(parts.filename).str.strip_prefix(f"{IMAGE_FOLDER}/")
    return frame.with_columns(name.str.normalize("NFC").alias(_FILE))


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


def _refuse_mismatch(
    rows: pl.DataFrame, filled: pl.DataFrame, archive: Archive, csv_name: str
) -> None:
    """Refuse rows without an image, and files without a row; ``filled`` are the rows that stay."""
    faults, listed = Faults(), set(rows[_FILE].to_list())
    if not archive.images:
        refuse(f"The archive has no folder {IMAGE_FOLDER}/ with images.")
    for line, name in filled.select(ROW, _FILE).iter_rows():
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


def _texts_of_images(
    frame: pl.DataFrame, parts: _Parts, options: ReaderOptions, notes: list[str]
) -> list[str]:
    """Return the further columns that say one thing per image, not one per row of it."""
    used = (parts.patient, parts.target, parts.filename, _FILE, *options.ignored_columns)
    others = [name for name in names_of(frame) if name not in used]
    if not others:
        return []
    differing = frame.group_by(_FILE).agg(pl.col(others).n_unique()).select(others).max()
    left = [name for name in others if differing[name][0] > 1]
    if left:
        shown = ", ".join(f"'{name}'" for name in left[:10])
        notes.append(f"Columns that differ between the rows of one image are left out: {shown}.")
    return [name for name in others if name not in left]
