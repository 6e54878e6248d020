"""A model trained on stored forecasts of the weather, as a worker trains it."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.auth.actor import Actor
from app.models.forecasting import SessionFile, SessionModel
from app.models.run import Run
from app.resources import Resources
from services.forecasting.errors import FieldRefused
from services.forecasting.files.update import update_file
from services.forecasting.training.start import TrainingRequest, start_training
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import BEGIN, add_file, load_and_temperature, make_session
from tests.support.databases import ON_ONE_DATABASE
from tests.workers.test_forecasting_models import train

pytestmark = ON_ONE_DATABASE
HOURS = 24 * 20


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


def stored_forecasts() -> str:
    """Return forecasts of the temperature issued twice a day for 48 hours."""
    _, temperature = load_and_temperature(HOURS)
    rows = [
        f"{BEGIN + timedelta(hours=issue):%Y-%m-%d %H:%M};{ahead};{temperature[issue + ahead]}"
        for issue in range(0, HOURS, 12)
        for ahead in range(1, 49)
        if issue + ahead < HOURS
    ]
    return "\n".join(["issued;lead [h];forecast", *rows, ""])


def test_stored_forecasts_train_and_a_series_of_another_form_is_refused_at_the_start(
    resources: Resources, owner: Actor, tmp_path: Path
) -> None:
    wire_id = make_session(resources, owner, tmp_path, HOURS)
    file_id = add_file(
        resources, owner, tmp_path, wire_id, "input", "forecast", stored_forecasts(),
        zeithorizont_start=1, zeithorizont_end=24, importOptions={"lead_column": 2},
    )  # fmt: skip
    with resources.database.read() as session:
        row = session.query(SessionFile).filter_by(uuid=file_id).one()
    assert row.fields["datenform"] == "Historische Prognosen"
    assert (row.reading["issues"]["count"], row.reading["issues"]["longest_hours"]) == (40, 48)

    run_id = train(resources, owner, wire_id)
    with resources.database.read() as session:
        run, model = session.get_one(Run, run_id), session.get_one(SessionModel, run_id)
    assert (run.status, "forecast" in model.summary["input_features"]) == ("completed", True)

    update_file(resources.database, owner, file_id, {"datenform": "Historische Daten"})
    with pytest.raises(FieldRefused, match="has issue times"):
        start_training(
            resources.database, owner, wire_id, TrainingRequest(models=[{"MODE": "LIN"}])
        )
