"""The sections of a person's own configuration: names and defaults as on the wire.

Settings that change training are those of ``TrainingConfig`` and take its bounds. The others
are kept for the clients that send them: paths and file names are echoed and never used.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.errors import Invalid
from services.runs.training.config.config import TrainingConfig, specs
from services.runs.training.config.field_spec import BadValueError, FieldSpec, jsonable, named, read

SECTIONS = ("system", "paths", "columns", "experiment", "output", "logging")
_OF_SYSTEM = (
    "img_size",
    "batch_size",
    "sample_fraction",
    "validation_split",
    "seed",
    "use_imagenet_norm",
)


def _kept(kind: str, default: Any, **bounds: Any) -> FieldSpec:
    return FieldSpec(type=kind, label="", help="", group="", default=default, **bounds)


_TEXTS = {
    "paths": {
        "base_path": ".",
        "main_images_folder": "Images",
        "images_subfolder": "Images",
        "metadata_filename": "stage2_train_metadata.csv",
    },
    "columns": {"patient_id": "patientId", "target": "Target", "filename": "filename"},
    "output": {"checkpoint_dir": "models/checkpoints", "log_dir": "logs", "results_dir": "results"},
}
_OTHERS = {
    "system": {"image_extension": _kept("text", ".png")},
    "experiment": {
        "num_classes": _kept("integer", 1, minimum=1, maximum=10_000),
        "validate_images_on_init": _kept("boolean", default=True),
        "pin_memory": _kept("boolean", default=True),
        "persistent_workers": _kept("boolean", default=False),
        "prefetch_factor": _kept("integer", 2, minimum=1, maximum=1_000),
    },
    "logging": {
        "level": _kept("choice", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")),
        "format": _kept("text", "%(asctime)s %(levelname)s %(message)s"),
        "file_logging": _kept("boolean", default=True),
    },
}


@cache
def sections() -> Mapping[str, Mapping[str, FieldSpec]]:
    """Return every setting of every section."""
    known: dict[str, dict[str, FieldSpec]] = {section: {} for section in SECTIONS}
    for section, texts in _TEXTS.items():
        known[section] |= {name: _kept("text", value) for name, value in texts.items()}
    for section, others in _OTHERS.items():
        known[section] |= others
    known["experiment"] |= specs()
    known["system"] |= {name: specs()[name] for name in _OF_SYSTEM}
    return {
        section: {name: named(name, spec) for name, spec in fields.items()}
        for section, fields in known.items()
    }


def defaults() -> dict[str, dict[str, Any]]:
    """Return the configuration of a person who has changed no setting."""
    return {
        section: {name: jsonable(spec.default) for name, spec in fields.items()}
        for section, fields in sections().items()
    }


def checked(update: Mapping[str, Mapping[str, Any] | None]) -> dict[str, dict[str, Any]]:
    """Return the settings of a partial update that are not null, each as its type.

    Raises Invalid naming every unknown section, unknown setting and bad value.
    """
    good: dict[str, dict[str, Any]] = {}
    errors: dict[str, list[str]] = {}
    for section, values in update.items():
        known = sections().get(section)
        if known is None:
            errors[section] = [f"There is no section {section!r}: use {', '.join(SECTIONS)}."]
            continue
        for name, value in (values or {}).items():
            try:
                if value is not None:
                    good.setdefault(section, {})[name] = _read(known, section, name, value)
            except BadValueError as error:
                errors[f"{section}.{name}"] = [str(error)]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors=errors)
    return good


def _read(known: Mapping[str, FieldSpec], section: str, name: str, value: Any) -> Any:
    spec = known.get(name)
    if spec is None:
        raise BadValueError(f"The section {section} has no setting {name[:80]!r}.")
    return jsonable(read(spec, value))


def training_settings(own: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a person's changes mean for training; ``experiment`` wins over ``system``."""
    system, experiment = own.get("system", {}), own.get("experiment", {})
    return {name: value for name, value in {**system, **experiment}.items() if name in specs()}


def check_together(own: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse changes that no training could start with. Raises Invalid."""
    TrainingConfig.from_mapping(training_settings(own))
