"""An ensemble as one more family: its settings are the runs whose models are weighed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.forecasting.models.families import ModelSettings, read_settings
from services.forecasting.models.fields import ModelField

MIN_MEMBERS, MAX_MEMBERS = 2, 20


@dataclass(frozen=True, kw_only=True)
class EnsembleSettings(ModelSettings):
    """The runs of the members, with their modes in the same order: names for who looks later."""

    mode = "Ensemble"
    label = "Ensemble"
    about = "The weighted sum of trained models, its weights fitted on the validation block."

    members: tuple[int, ...] = ()
    modes: tuple[str, ...] = ()

    @classmethod
    def fields(cls) -> tuple[ModelField, ...]:
        """Return nothing: members are chosen among the models of a session."""
        return ()

    def as_mapping(self) -> dict[str, Any]:
        """Return the settings as JSON has them: ``stored_settings`` takes them back."""
        return {"MODE": self.mode, "members": list(self.members), "modes": list(self.modes)}


def stored_settings(values: Mapping[str, Any]) -> ModelSettings:
    """Return settings that ``as_mapping`` wrote, those of an ensemble among them.

    What a request gives is read by ``read_settings``, which knows no ensemble.
    """
    if values.get("MODE") != EnsembleSettings.mode:
        return read_settings(values)
    members = tuple(int(one) for one in values["members"])
    return EnsembleSettings(members=members, modes=tuple(values["modes"]))
