"""The series of a file: which of its columns a session has, and what they are for."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.forecasting.files_on_wire import file_row
from blueprints.forecasting.reader import series_reader
from blueprints.forecasting.schemas_files import ChosenSeriesBody, FileListAnswer
from services.forecasting.files.choose import choose_series

series = ApiBlueprint("forecasting_series", __name__, url_prefix="/api/training")


@series.put("/csv-files/<file_id>/series")
@body(ChosenSeriesBody())
@returns(FileListAnswer())
@fails({400: "No such column, or a question is open.", 404: "There is no such file."})
def choose_columns(file_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Choose which columns of a file are inputs, outputs or both; the others are left out."""
    parts = resources()
    rows = choose_series(
        parts.database,
        parts.store,
        current_actor(),
        file_id,
        body["series"],
        parts.settings.home / "tmp",
        series_reader(),
    )
    return {"data": [file_row(row) for row in rows]}
