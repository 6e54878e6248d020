"""What the use cases of models refuse."""

from app.errors import Conflict, Invalid, NotFound


class BenchmarkModelNotFound(NotFound):
    """There is no such model, or it is not the actor's to see."""

    code = "model_not_found"


class ModelExists(Conflict):
    """The actor has a model of this name."""

    code = "model_exists"


class ModelInUse(Conflict):
    """A run asks or asked the model."""

    code = "model_in_use"


class AddressRefused(Invalid):
    """The base URL is none, or leads where the platform calls nobody."""

    code = "address_refused"


class KeyUnreadable(Conflict):
    """The key was encrypted with a secret that this host does not have."""

    code = "key_unreadable"
