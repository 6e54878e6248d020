"""What goes wrong in forecasting, with the codes of its contract."""

from app.errors import BadRequest, Conflict, Forbidden, NotFound, TooLarge


class FieldRefused(BadRequest):
    """One field of a request is wrong; ``errors`` names it."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, errors={field: [detail]})


class BadSessionId(FieldRefused):
    """What should name a session cannot be a name."""

    code = "BAD_UUID"


class SessionNotFound(NotFound):
    """There is no such session, or it is somebody else's."""

    code = "SESSION_NOT_FOUND"

    def __init__(self, wire_id: str) -> None:
        super().__init__(f"There is no session {wire_id}.")


class SeriesNotFound(NotFound):
    """There is no such file, or it is somebody else's."""

    code = "FILE_NOT_FOUND"

    def __init__(self, file_id: str) -> None:
        super().__init__(f"There is no file {file_id[:60]}.")


class InvalidSessionName(FieldRefused):
    """The name is empty or too long."""

    code = "INVALID_SESSION_NAME"


class ConfirmationRequired(FieldRefused):
    """Everything would go, and that was not confirmed."""

    code = "CONFIRMATION_REQUIRED"


class TrainingInProgress(Conflict):
    """A training of the session is not over."""

    code = "TRAINING_IN_PROGRESS"


class TrainingLimitReached(Forbidden):
    """A person trains as many models as one may at a time."""

    code = "TRAINING_LIMIT_REACHED"


class ComputeHoursExhausted(Forbidden):
    """A person has used the hours of computing of this month; the numbers go with the error."""

    code = "compute_hours_exhausted"

    def __init__(self, *, used_minutes: float, limit_minutes: float) -> None:
        super().__init__(
            f"Your trainings took {used_minutes:.0f} minutes this month, and may take "
            f"{limit_minutes:.0f}: go on next month, or ask an admin for more."
        )
        self.facts = {
            "used_minutes": round(used_minutes, 1),
            "limit_minutes": round(limit_minutes, 1),
        }


class StorageLimitReached(TooLarge):
    """The files of a person's sessions hold as much as they may."""

    code = "STORAGE_LIMIT_REACHED"


class DuplicateFile(BadRequest):
    """The session has a series of that label already."""

    code = "DUPLICATE_FILE"


class ChunkDiffers(Conflict):
    """A chunk says something else of its file than the chunks before it."""

    code = "CHUNK_DIFFERS"


class UploadsIncomplete(Conflict):
    """Files of the session are on their way; the answer names what is missing."""

    code = "UPLOAD_INCOMPLETE"


class ChunkMissing(FieldRefused):
    """The form has no bytes."""

    code = "MISSING_FILE"


class MetadataMissing(FieldRefused):
    """The form does not say what its bytes are."""

    code = "MISSING_BODY"


class TablesNotFound(NotFound):
    """No model of the session has been evaluated yet."""

    code = "EVALUATION_TABLES_NOT_FOUND"


class ModelNotFound(NotFound):
    """The session has no such model."""

    code = "MODEL_NOT_FOUND"


class SearchNotFound(NotFound):
    """The session has no such search."""

    code = "SEARCH_NOT_FOUND"


class ScalersNotFound(NotFound):
    """No model of the session has been trained, so nothing was scaled."""

    code = "SCALER_NOT_FOUND"


class DatasetsNotFound(NotFound):
    """The datasets of the session have not been built."""

    code = "DATASETS_NOT_FOUND"

    def __init__(self, wire_id: str) -> None:
        super().__init__(f"Session {wire_id} has no datasets yet: build them first.")
        self.wire_id = wire_id


class VisualizationNotFound(NotFound):
    """Nothing was drawn for the session yet."""

    code = "VISUALIZATION_NOT_FOUND"

    def __init__(self, wire_id: str) -> None:
        super().__init__(f"Session {wire_id} has no plots yet: build its datasets first.")
