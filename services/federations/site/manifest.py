"""``site.toml``: where a site's data lies and what is in it, written by the site's own people."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from services.datasets.types import DECIMALS, EVERY
from services.federations.errors import ManifestRefused

NAME = "site.toml"
KINDS = ("table", "images")
TEMPLATE = """# What this site brings to a federation. The data stays here: the server learns
# counts of rows and classes and sums for scaling, and gets trained weights and metrics.
# Check it at any time with:  python -m app site check {folder}

[data]
# "table": a CSV file with one row per case.
# "images": a zip, or a folder, with a CSV of metadata and the files under Images/.
kind = "{kind}"

# The file or folder, seen from this one.
path = "{path}"

# The column with the class to learn. Every site must use the same class names.
target_column = "Target"

# A target of measurements: the values at which its classes part, the same at every site.
# class_limits = [7, 10]

# The column that names the patient; rows of one patient never train and validate at once.
# Leave it away in a table where every row is a patient of its own.
# patient_column = "patientId"

# The column with the file names (images only).
# filename_column = "filename"

# Rows that repeat another row exactly are refused, unless this is true.
# keep_duplicates = false

# Text columns to learn from, with one input for each category.
# category_columns = ["ward"]

# What fills missing values of features: "median" or "mode" (agreed with the other sites), or
# "drop_rows", "drop_column"; for single columns a table: {{ crp = "median" }}. Otherwise refused.
# missing_features = "median"

# What values such as <5 count as: "limit", "half" or "missing". Otherwise refused.
# censored = "half"

# The mark before decimals, where the file leaves it open: "." or ",".
# decimal = ","

# What `python -m app site check --pin` found: with these lines, changed data is refused.
# rows = 1234
# sha256 = "..."
"""


@dataclass(frozen=True, kw_only=True)
class SiteManifest:
    """The [data] table of ``site.toml``; ``path`` is relative to the site's folder."""

    kind: str
    path: str
    target_column: str | None = None
    patient_column: str | None = None
    filename_column: str | None = None
    keep_duplicates: bool = False
    category_columns: list[str] = field(default_factory=list)
    missing_features: dict[str, str] = field(default_factory=dict)
    censored: dict[str, str] = field(default_factory=dict)
    decimal: str | None = None
    class_limits: list[float] = field(default_factory=list)
    rows: int | None = None
    sha256: str | None = None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the manifest of a site's folder; raises ``ManifestRefused``."""
        file = folder / NAME
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise _refused(
                f"There is no {NAME} in {folder}. Write one with: python -m app site init {folder}"
            ) from None
        except (OSError, ValueError) as error:
            raise _refused(f"{file} cannot be read: {error}.") from None
        data = content.get("data")
        if not isinstance(data, dict):
            raise _refused(f"{file} has no [data] table. `site init` writes an example.")
        return cls(**_checked(file, data))


_CHOICES = ("missing_features", "censored")
_TYPES: dict[str, type] = {
    "kind": str,
    "path": str,
    "target_column": str,
    "patient_column": str,
    "filename_column": str,
    "keep_duplicates": bool,
    "category_columns": list,
    "missing_features": dict,
    "censored": dict,
    "decimal": str,
    "class_limits": list,
    "rows": int,
    "sha256": str,
}


def _checked(file: Path, data: dict[str, Any]) -> dict[str, Any]:
    data = {
        name: {EVERY: value} if name in _CHOICES and type(value) is str else value
        for name, value in data.items()
    }
    for name, value in data.items():
        _require_known(file, name)
        _require_type(file, name, value)
    _require_parts(file, data)
    _require_kind(file, data)
    return data


def _require_known(file: Path, name: str) -> None:
    known = [one.name for one in fields(SiteManifest)]
    if name in known:
        return
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"It knows {', '.join(known)}."
    raise _refused(f"{file}: [data] has no setting {name!r}. {hint}")


def _require_type(file: Path, name: str, value: Any) -> None:
    if type(value) is _TYPES[name]:
        return
    expected = {
        str: "a text in quotes",
        bool: "true or false",
        int: "a whole number",
        list: "a list of numbers" if name == "class_limits" else "a list of columns",
        dict: "one choice in quotes, or a table with a choice for each column",
    }
    raise _refused(f"{file}: {name} is {value!r}; it must be {expected[_TYPES[name]]}.")


def _require_parts(file: Path, data: Mapping[str, Any]) -> None:
    """Refuse lists and tables of the right type with something else in them."""
    choices = [text for name in _CHOICES for text in data.get(name, {}).values()]
    if not all(isinstance(text, str) for text in [*data.get("category_columns", []), *choices]):
        raise _refused(f"{file}: columns and choices are texts in quotes.")
    if not all(type(one) in (int, float) for one in data.get("class_limits", [])):
        raise _refused(f"{file}: class_limits are numbers without quotes.")


def _require_kind(file: Path, data: Mapping[str, Any]) -> None:
    for name in ("kind", "path"):
        if not data.get(name):
            raise _refused(f"{file}: [data] lacks {name}.")
    if data.get("decimal") not in (None, *DECIMALS):
        raise _refused(f"{file}: decimal is {data['decimal']!r}; it must be '.' or ','.")
    if data["kind"] not in KINDS:
        raise _refused(f"{file}: kind is {data['kind']!r}; it must be table or images.")


def _refused(message: str) -> ManifestRefused:
    return ManifestRefused(message, errors={"manifest": [message]})
