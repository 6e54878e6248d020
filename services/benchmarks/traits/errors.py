"""What the use cases of traits refuse."""

from app.errors import Conflict, Invalid, NotFound


class TraitNotFound(NotFound):
    """There is no such trait, or it is not the actor's to see."""

    code = "trait_not_found"


class TraitExists(Conflict):
    """Another trait has this adjective or this code."""

    code = "trait_exists"


class TraitInUse(Conflict):
    """Answers of a run are about the trait."""

    code = "trait_in_use"


class TraitReadOnly(Conflict):
    """A trait that came with the platform stays."""

    code = "trait_read_only"


class TraitsRefused(Invalid):
    """A file has faults; ``errors`` names them by column, with their lines."""

    code = "upload_refused"
