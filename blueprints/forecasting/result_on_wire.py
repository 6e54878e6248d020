"""A result of a session as the contract's row has it."""

from typing import Any

from blueprints.forecasting.files_on_wire import naive
from services.forecasting.result_record import ResultRecord


def result_row(result: ResultRecord) -> dict[str, Any]:
    """Return the row with its blob; results that were evaluated are complete."""
    run = result.run
    begun, ended = (None, None) if run is None else (run.start_time, run.end_time)
    return {
        "id": None if run is None else run.id,
        "session_id": result.session_id,
        "status": "completed",
        "model_type": result.model_type,
        "results_file_path": result.path,
        "file_size_bytes": result.size_bytes,
        "compressed": run
        is not None,  # arrays and models are; the tables are plain to be read alone
        "results_metadata": result.metadata,
        "error_message": None,
        "error_traceback": None,
        "created_at": None if begun is None else naive(begun),
        "updated_at": None if ended is None else naive(ended),
        "metrics": result.blob.get("metrics", {}),
        "results": result.blob,
    }
