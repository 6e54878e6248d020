"""What a training can fail of, in sentences for the person who started it."""

from app.errors import RoundhouseError


class TrainingFailedError(RoundhouseError):
    """The training cannot go on; the detail says why and what to change."""

    code = "training_failed"
    status = 409


class StopTraining(Exception):
    """A person requested a stop; raised between batches, caught where the best so far is kept."""
