"""What the use cases of personas refuse."""

from app.errors import Conflict, Invalid, NotFound


class PersonaSetNotFound(NotFound):
    """There is no such set, or it is not the actor's to see."""

    code = "dataset_not_found"


class PersonaNotFound(NotFound):
    """There is no such persona, or its set is not the actor's to see."""

    code = "persona_not_found"


class PersonaSetExists(Conflict):
    """The actor has a set of this name."""

    code = "dataset_exists"


class PersonaSetInUse(Conflict):
    """A run asks or asked about the personas."""

    code = "dataset_in_use"


class PersonaSetReadOnly(Conflict):
    """A set that came with the platform, or one of a pair, stays as it is."""

    code = "dataset_read_only"


class PersonasRefused(Invalid):
    """Personas have faults; ``errors`` names them by column, with their lines."""

    code = "upload_refused"


class CannotBuild(Invalid):
    """The set cannot be built from this source with these settings."""

    code = "cannot_build"
