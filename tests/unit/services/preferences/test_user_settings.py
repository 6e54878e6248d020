"""The sections of a person's own configuration."""

import pytest

from app.errors import Invalid
from services.preferences.domain.sections import SECTIONS, checked, defaults, training_settings
from services.runs.training.config.config import specs


def test_every_section_has_defaults_that_it_accepts() -> None:
    complete = defaults()
    assert tuple(complete) == SECTIONS
    given = {
        s: {n: v for n, v in values.items() if v is not None} for s, values in complete.items()
    }
    assert checked(complete) == {section: values for section, values in given.items() if values}


def test_every_setting_of_a_training_can_be_a_default() -> None:
    assert set(specs()) <= set(defaults()["experiment"])


def test_experiment_wins_over_system() -> None:
    own = {"system": {"batch_size": 8, "sample_fraction": 0.5}, "experiment": {"batch_size": 16}}
    assert training_settings(own) == {"batch_size": 16, "sample_fraction": 0.5}


def test_what_is_only_kept_never_reaches_a_training() -> None:
    own = {"paths": {"base_path": "/etc"}, "experiment": {"pin_memory": False}}
    assert training_settings(own) == {}


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        checked({"system": {"seed": -1, "x": 1}, "other": {}, "logging": {"level": "LOUD"}})
    assert set(refused.value.errors) == {"system.seed", "system.x", "other", "logging.level"}
