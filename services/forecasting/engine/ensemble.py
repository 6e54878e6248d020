"""A weighted ensemble: the sum of a session's models with weights that are fitted on validation.

Weights are not negative and add up to 1 (Breiman, Stacked regressions, 1996), so a forecast
stays between those of its members.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from services.forecasting.engine.rows import Doubles, chunks, require_samples
from services.forecasting.engine.saved import ModelDocument, write_document
from services.forecasting.engine.scores import mean_squared_error, named_scores
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.ports import (
    Block,
    FitHistory,
    Fitted,
    Floats,
    TrainingBlocks,
    WindowShape,
)

SUM_WEIGHT = 1e4  # how much the sum of 1 counts against the errors
NEGLIGIBLE = 1e-4
NO_SETTINGS = EnsembleSettings()


@dataclass(frozen=True, kw_only=True)
class EnsembleModel:
    """Σ weight · member; ``places`` are those of the members among the models that were given."""

    members: tuple[Fitted, ...]
    weights: tuple[float, ...]
    places: tuple[int, ...]
    settings: EnsembleSettings = field(default_factory=EnsembleSettings)
    history: FitHistory = field(default_factory=FitHistory)

    @property
    def shape(self) -> WindowShape:
        """Return the windows of the members."""
        return self.members[0].shape

    @property
    def given_weights(self) -> list[float]:
        """Return the weight of each run of the settings: 0 of those that are left out."""
        weights = dict(zip(self.places, self.weights, strict=True))
        return [weights.get(place, 0.0) for place in range(len(self.settings.members))]

    def predict(self, inputs: Floats) -> Floats:
        """Return scaled outputs of scaled inputs."""
        pairs = zip(self.weights, self.members, strict=True)
        parts = [weight * member.predict(inputs).astype(np.float64) for weight, member in pairs]
        total = np.sum(parts, axis=0)
        return np.asarray(total, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write each member into a folder of its own."""
        for place, member in enumerate(self.members):
            member.save(folder / member_folder(place))
        facts = {"weights": list(self.weights), "places": list(self.places)}
        write_document(folder, "ensemble", self, {}, facts)


def fit_ensemble(
    members: Sequence[Fitted],
    data: TrainingBlocks,
    settings: EnsembleSettings = NO_SETTINGS,
) -> EnsembleModel:
    """Weigh ``members`` by their forecasts of the validation block; leave out those of weight 0.

    The block is what early stopping looked at too, so its error is a little too good: compare on
    the test block. Raises ``InvalidModelParams`` for no member, or members of other windows.
    """
    require_samples(data.validation, "validation")
    if not members:
        raise InvalidModelParams("members", [], "at least one trained model")
    for member in members:
        if member.shape != data.shape:
            raise InvalidModelParams(
                "members", member.settings.mode, "models of the session's own windows"
            )
    weights = convex_weights(*_moments(members, data.validation))
    kept = [place for place, weight in enumerate(weights) if weight > NEGLIGIBLE]
    total = float(weights[kept].sum())
    chosen = tuple(float(weights[place]) / total for place in kept)
    model = EnsembleModel(
        members=tuple(members[place] for place in kept),
        weights=chosen,
        places=tuple(kept),
        settings=settings,
    )
    scores = named_scores(
        mean_squared_error(model.predict, data.train),
        mean_squared_error(model.predict, data.validation),
    )
    return replace(model, history=FitHistory(epochs=[scores], best_epoch=1))


def convex_weights(gram: Doubles, moment: Doubles) -> Doubles:
    """Return w ≥ 0 with Σ w = 1 that minimises wᵀ G w − 2 mᵀ w.

    Non-negative least squares (Lawson and Hanson, Solving Least Squares Problems, chapter 23)
    on a root of G; the sum is an equation of large weight (chapter 22).
    """
    scale = float(np.trace(gram)) / len(gram)
    if scale <= 0:
        return np.full(len(gram), 1 / len(gram))
    values, vectors = np.linalg.eigh(gram / scale)
    roots = np.sqrt(np.maximum(values, 1e-12))
    rows = roots[:, None] * vectors.T
    right = (vectors.T @ (moment / scale)) / roots
    ones = np.full((1, len(gram)), SUM_WEIGHT)
    weights = nnls(np.vstack([rows, ones]), np.append(right, SUM_WEIGHT))[0]
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def load_ensemble(document: ModelDocument) -> EnsembleModel:
    """Return a saved ensemble with its members."""
    from services.forecasting.engine import load

    weights = tuple(float(one) for one in document.facts["weights"])
    members = tuple(load(document.folder / member_folder(place)) for place in range(len(weights)))
    assert isinstance(document.settings, EnsembleSettings)  # noqa: S101 - the kind is the same
    return EnsembleModel(
        members=members,
        weights=weights,
        places=tuple(document.facts["places"]),
        settings=document.settings,
        history=document.history,
    )


def _moments(members: Sequence[Fitted], block: Block) -> tuple[Doubles, Doubles]:
    """Return the members' mean products with each other and with the truth."""
    gram, moment, count = np.zeros((len(members),) * 2), np.zeros(len(members)), 0
    for rows in chunks(block):
        inputs: Floats = block.inputs(rows)
        forecasts = np.stack([one.predict(inputs).ravel() for one in members]).astype(np.float64)
        gram += forecasts @ forecasts.T
        moment += forecasts @ block.outputs(rows).ravel().astype(np.float64)
        count += forecasts.shape[1]
    return gram / count, moment / count


def member_folder(place: int) -> str:
    """Return the name of a member's folder within the ensemble's."""
    return f"member-{place:02}"
