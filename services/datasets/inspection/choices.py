"""What a person chose for cells without a plain value, column by column."""

from collections.abc import Mapping, Sequence

from services.datasets.inspection.columns import existing_column
from services.datasets.inspection.faults import refuse
from services.datasets.types import (
    CENSORED_CHOICES,
    EVERY,
    FILLS,
    MEDIAN,
    MISSING_CHOICES,
    MODE,
    ReaderOptions,
)

REFUSE = "refuse"
_KNOWN = {"missing_features": MISSING_CHOICES, "censored": CENSORED_CHOICES}


def choice_for(choices: Mapping[str, str], name: str) -> str:
    """Return what was chosen for a column: its own choice, else that for every column."""
    return choices.get(name, choices.get(EVERY, REFUSE))


def fill_for(options: ReaderOptions, name: str) -> str | None:
    """Return median or mode if gaps of the column are filled in training; texts have a mode."""
    choice = choice_for(options.missing_features, name)
    if choice not in FILLS:
        return None
    return MODE if name in options.category_columns else choice


def check_choices(names: Sequence[str], options: ReaderOptions) -> None:
    """Raise ``UploadError`` for a choice that names no column, or that there is not."""
    for field, known in _KNOWN.items():
        for name, choice in getattr(options, field).items():
            if name != EVERY:
                existing_column(names, name, field=field)
            if choice not in known:
                refuse(f"{field}: '{choice}' is no choice. Give {', '.join(known)}.", field=field)
    for name in options.category_columns:
        if options.missing_features.get(name) == MEDIAN:
            refuse(
                f"Column '{name}' holds categories, which have no median. Give mode, drop_rows or "
                "drop_column.",
                field="missing_features",
            )
