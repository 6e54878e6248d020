"""Bringing weights to a training."""

import hashlib

from app.models.weights import Weights
from app.storage import ObjectStore
from services.weights.errors import WeightsDamaged


def read_weights(store: ObjectStore, weights: Weights | None) -> bytes | None:
    """Return the file as it was uploaded, None for no weights; raises WeightsDamaged."""
    if weights is None:
        return None
    content = store.get(weights.object_key)
    if hashlib.sha256(content).hexdigest() != weights.sha256:
        raise WeightsDamaged(f"The stored file of weights {weights.id} is not what was uploaded.")
    return content
