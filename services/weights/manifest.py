"""What weights bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask, SearchKind
from app.later import later
from app.models.weights import Weights

kept_objects = later("services.weights.repository:kept_objects")
sweep_weights = later("services.weights.sweep:sweep_weights")

DOMAIN = Domain(
    name="weights",
    tasks=(PeriodicTask(seconds=HOUR, run=lambda it: sweep_weights(it.database, it.store)),),
    audit_actions=("weights_created", "weights_deleted"),
    search=(
        SearchKind(
            kind="model",
            model=Weights,
            place=5,
            words=("model", "models", "weights", "checkpoint", "modell", "gewichte"),
        ),
    ),
    pages=("models", "weights"),
    kept_objects=(kept_objects,),
)
