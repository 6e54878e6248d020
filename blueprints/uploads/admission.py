"""What a domain refuses of uploads that are meant for it, when they are announced."""

from app.auth.actor import Actor
from app.http.resources import resources
from app.topics import number_of
from services.domains import UPLOADS
from services.uploads.types import NewUpload


def admitted(actor: Actor, new: NewUpload) -> NewUpload:
    """Return the upload; raises what the domain of its purpose refuses."""
    kind = new.purpose.partition(":")[0]
    admit = UPLOADS.get(kind)
    if admit is not None:
        parts, number = resources(), number_of(kind, new.purpose)
        said = {name: str(value) for name, value in new.details.items()}
        with parts.database.read() as session:
            admit(session, actor, number, said, new.length or 0, parts.settings)
    return new
