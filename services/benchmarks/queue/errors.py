"""What the use cases of queues refuse."""

from app.errors import Conflict, Invalid, NotFound


class EntryNotFound(NotFound):
    """There is no such entry, or it is not the actor's to see."""

    code = "queue_entry_not_found"


class EntryRunning(Conflict):
    """The entry is running."""

    code = "queue_entry_running"


class EntryOver(Conflict):
    """The entry is over, or was not begun: there is nothing to cancel or to retry."""

    code = "queue_entry_over"


class EntryRefused(Invalid):
    """The entry could not run: ``errors`` names what of its config is wrong."""

    code = "queue_entry_refused"
