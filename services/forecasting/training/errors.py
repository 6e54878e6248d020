"""What a training of a session can fail of beside its engine."""

from app.errors import Conflict


class MemberMissing(Conflict):
    """A model of an ensemble was deleted before the ensemble was fitted."""

    code = "MEMBER_MISSING"

    def __init__(self, run_id: int, mode: str) -> None:
        super().__init__(
            f"Run {run_id} ({mode}) was deleted before the ensemble was fitted: create another "
            "ensemble without it."
        )
