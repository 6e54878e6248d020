"""What the form for a new run needs to know, from the one description of every setting."""

from dataclasses import dataclass
from typing import Any

from services.runs.training.config.config import GROUPS, TrainingConfig
from services.runs.training.config.presets import PRESETS


@dataclass(frozen=True, kw_only=True)
class FormSchema:
    """Groups and fields in the order of the form, and settings to start from."""

    groups: list[dict[str, str]]
    fields: list[dict[str, Any]]
    presets: list[dict[str, Any]]


def form_schema() -> FormSchema:
    """Return the schema; it is the same for everybody."""
    return FormSchema(
        groups=[{"name": name, "title": title} for name, title in GROUPS],
        fields=[spec.as_dict() for spec in TrainingConfig.fields()],
        presets=[preset.as_dict() for preset in PRESETS],
    )
