"""Studies that are over, written straight into the database: a training of each arm and seed."""

from collections.abc import Sequence

from sqlalchemy import select

from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.run import Run, RunResult
from tests.factories.resources import join_study, make_study
from tests.factories.runs import make_run

SITES = {"client_1": 300, "client_2": 40}  # training rows
SCORES = {"central": 0.95, "federated": 0.94, "client_1": 0.93, "client_2": 0.9}


def make_finished_study(
    database: Database, owner_id: int, name: str, seeds: Sequence[int] = (1, 2)
) -> int:
    """Write a study of two sites that the whole team may read, and return its id."""
    with database.read() as session:
        dataset = session.scalars(select(Dataset.id).order_by(Dataset.id)).first()
    assert dataset is not None
    study = make_study(database, owner_id, "team", dataset, name=name)
    for seed in seeds:
        for arm, client in _arms():
            run = _training(database, owner_id, f"{name} · {' '.join((arm, client)).strip()}", seed)
            _finish(database, run, arm, client, seed)
            join_study(database, study, run.id, arm=arm, seed=seed, client=client)
    return study


def _arms() -> list[tuple[str, str]]:
    return [("central", ""), ("federated", ""), *(("local", site) for site in SITES)]


def _training(database: Database, owner_id: int, name: str, seed: int) -> Run:
    mode = "federated" if name.endswith("federated") else "centralized"
    return make_run(
        database,
        owner_id,
        name=f"{name} · seed {seed}",
        training_mode=mode,
        visibility="team",
        seed=seed,
    )


def _finish(database: Database, run: Run, arm: str, client: str, seed: int) -> None:
    """Keep what it scored, and on how many rows it was trained and measured."""
    value = SCORES[client or arm] - seed / 1000
    split: dict[str, object] = {"train": SITES.get(client, sum(SITES.values()))}
    split |= {"validation": 10, "test": 20}
    if arm == "federated":
        split["clients"] = {site: {"train": rows} for site, rows in SITES.items()}
    manifest = {
        "test": {"metrics": {"auroc": value}},
        "split": split,
        "test_rows_sha256": f"rows of seed {seed}",
    }
    result = RunResult(run_id=run.id, metric="auroc", value=value, measured_on="test")
    with database.write() as unit:
        unit.session.get_one(Run, run.id).manifest = manifest
        unit.session.add(result)
