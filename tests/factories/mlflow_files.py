"""Databases of an MLflow server, in the schemas of its versions 2 and 3."""

import sqlite3
from pathlib import Path
from typing import Any

BEGAN = 1_700_000_000_000  # milliseconds
COMMON = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE experiments (
    experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL UNIQUE,
    artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT,
    last_update_time BIGINT);
CREATE TABLE runs (
    run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20),
    source_name VARCHAR(500), entry_point_name VARCHAR(50), user_id VARCHAR(256),
    status VARCHAR(9), start_time BIGINT, end_time BIGINT, source_version VARCHAR(50),
    lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER,
    deleted_time BIGINT, FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id));
CREATE TABLE params (
    key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE TABLE tags (
    key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE TABLE metrics (
    key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
    is_nan BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE TABLE latest_metrics (
    key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL,
    is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
"""
VERSION_3 = """
CREATE TABLE logged_models (
    model_id VARCHAR(36) NOT NULL PRIMARY KEY, experiment_id INTEGER NOT NULL,
    name VARCHAR(500) NOT NULL, source_run_id VARCHAR(36));
CREATE TABLE logged_model_metrics (
    model_id VARCHAR(36) NOT NULL, metric_name VARCHAR(500) NOT NULL,
    metric_timestamp_ms BIGINT NOT NULL, metric_step BIGINT NOT NULL, metric_value FLOAT,
    experiment_id INTEGER NOT NULL, run_id VARCHAR(36) NOT NULL,
    PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id));
CREATE TABLE entity_associations (
    association_id VARCHAR(36) NOT NULL PRIMARY KEY, source_type VARCHAR(36) NOT NULL);
"""
EXPERIMENT = (1, "chest", "mlflow-artifacts:/1", "active", BEGAN, BEGAN)


class TrackingFile:
    """An MLflow database that is being written."""

    def __init__(self, path: Path, version: int = 3) -> None:
        self.path = path
        self._connection = sqlite3.connect(path)
        self._connection.executescript(COMMON + (VERSION_3 if version == 3 else ""))
        self.insert("experiments", EXPERIMENT)

    def insert(self, table: str, *rows: tuple[Any, ...]) -> None:
        """Write rows."""
        marks = ", ".join("?" * len(rows[0]))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        self._connection.commit()

    def run(self, uuid: str, name: str | None = None, **more: Any) -> None:
        """Write a run of ten minutes."""
        values = {"status": "FINISHED", "lifecycle_stage": "active", "start": BEGAN} | more
        values.setdefault("end", BEGAN + 600_000)
        row = (uuid, name, "LOCAL", "train.py", "", "ada", values["status"], values["start"],
               values["end"], "", values["lifecycle_stage"], "mlflow-artifacts:/1/x", 1, None)  # fmt: skip
        self.insert("runs", row)

    def metric(self, uuid: str, key: str, *points: tuple[int, float]) -> None:
        """Write points (step, value), one a second; a value that is NaN is flagged as MLflow does."""
        rows = [
            (
                key,
                0.0 if value != value else value,
                BEGAN + 1000 * place,
                uuid,
                step,
                value != value,
            )
            for place, (step, value) in enumerate(points)
        ]
        self.insert("metrics", *rows)

    def script(self, sql: str) -> None:
        """Do something to the schema."""
        self._connection.executescript(sql)

    def close(self) -> Path:
        """Finish the file and return its path."""
        self._connection.close()
        return self.path
