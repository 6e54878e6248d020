"""What weights bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask, SearchKind
from app.models.weights import Weights
from services.weights.repository import kept_objects
from services.weights.sweep import sweep_weights

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
