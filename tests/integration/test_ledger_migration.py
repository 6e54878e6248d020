"""Rounds that were reported as events before there was a ledger are taken over into it."""

from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from app.clock import now
from app.db.migrate import SCRIPTS, migrate
from app.models import EventRow, FederatedRound
from tests.factories.people import make_run, make_user


def back_to(database, revision: str) -> None:
    with database.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(SCRIPTS))
        command.downgrade(config, revision)


def test_reported_rounds_become_rows(database) -> None:
    run_id = make_run(database, make_user(database).id)
    events = [
        ("round_start", {"round": 1}),
        ("round_end", {"round": 1, "seconds": 2.5, "fit_metrics": {"a": 0.0}, "eval_metrics": {}}),
        ("round_start", {"round": 2}),
    ]
    with database.write() as unit:
        for seq, (kind, data) in enumerate(events, start=1000):
            for topic in (f"run:{run_id}", "run:999999"):  # a run that is gone has no rounds
                row = EventRow(topic=topic, seq=seq, type=kind, at=now(), data=data)
                unit.session.add(row)
    back_to(database, "0003")
    migrate(database)
    with database.read() as session:
        rows = session.scalars(select(FederatedRound).order_by(FederatedRound.round_number)).all()
        assert session.scalar(text("SELECT count(*) FROM run_checkpoints")) == 0
    assert [(row.run_id, row.round_number) for row in rows] == [(run_id, 1), (run_id, 2)]
    assert [(row.status, row.seconds) for row in rows] == [("completed", 2.5), ("running", None)]
    assert rows[0].fit_metrics == {"a": 0.0}
    assert all(row.started_at is not None for row in rows)
