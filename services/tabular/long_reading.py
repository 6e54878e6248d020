"""Reads a long file: several series below each other, named by a column."""

from pathlib import Path

from services.tabular.options import ImportOptions
from services.tabular.reading import SeriesReading
from services.tabular.sniff import Sniffed


def read_long(
    path: Path, sniffed: Sniffed, options: ImportOptions, target: Path | None
) -> SeriesReading:
    """Read the file and part it."""
    raise NotImplementedError
