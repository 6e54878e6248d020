"""The newest result of a session as sections 1 and 5 of the contract have it: a row and a blob.

What is large stays in the store: the blob names the model and the test windows by the addresses at
which they are downloaded, so that an answer never carries them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import SessionModel
from app.models.run import Artifact, Run
from app.storage import ObjectStore
from services.forecasting.datasets.objects import TEST_WINDOWS
from services.forecasting.resolve import visible_session
from services.forecasting.results import EVALUATION, ModelTables, evaluation_of
from services.forecasting.saved_models import SCALERS, described_scalers, model_filename
from services.forecasting.training.bundle import BUNDLE
from services.forecasting.windows.scaling import Scalers

MANIFEST = "manifest.json"
BLOCKS = ("test_metrics_scaled", "test_metrics_original", "val_metrics_scaled")
ADDRESS = "/api/runs/{run_id}/artifacts/{id}/download"
SIZES = {"n_train": "train", "n_val": "validation", "n_test": "test"}


@dataclass(frozen=True, kw_only=True)
class ResultRecord:
    """A result: its run, where its files lie and how large they are, and the blob.

    ``run`` is None for tables that a client computed itself and no model stands behind.
    """

    session_id: str
    run: Run | None
    model_type: str
    path: str | None
    size_bytes: int | None
    metadata: Mapping[str, Any]
    blob: Mapping[str, Any]


def newest_result(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object
) -> ResultRecord:
    """Return the session's newest result; tables that a client saved since replace its own.

    Raises TablesNotFound where nothing was evaluated or saved.
    """
    tables = evaluation_of(database, store, actor, wire_id)
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        row = _newest_model(session, owner.id)
        files = {} if row is None else _files(session, row[1].id)
    if row is None:
        return _of_tables(tables)
    return _of_model(store, tables, *row, files)


def _of_model(
    store: ObjectStore,
    tables: ModelTables,
    model: SessionModel,
    run: Run,
    files: Mapping[str, Artifact],
) -> ResultRecord:
    """Return the result of a model that was trained here."""
    evaluation = strict_json.loads(store.get(files[EVALUATION].object_key))
    manifest, scalers = (
        strict_json.loads(store.get(files[name].object_key)) if name in files else None
        for name in (MANIFEST, SCALERS)
    )
    if tables.run_id is None:
        evaluation |= {"df_eval": tables.df_eval, "df_eval_ts": tables.df_eval_ts}
    shares = _split(model)
    return ResultRecord(
        session_id=tables.session_id,
        run=run,
        model_type=tables.model_type,
        path=files[EVALUATION].object_key.rpartition("/")[0],
        size_bytes=sum(one.size_bytes for one in files.values()),
        metadata={
            "accuracy": None,
            "loss": None,
            "epochs_completed": None if manifest is None else len(manifest["history"]["epochs"]),
            "model_type": model.mode,
            "dataset_count": (model.summary or {}).get("n_dat"),
            "training_split": shares,
        },
        blob=evaluation
        | _described(model, shares, evaluation)
        | {
            "scalers": scalers and described_scalers(Scalers.from_json(scalers)),
            "trained_model": _at(files.get(BUNDLE), model_filename(model)),
            "test_data": _at(files.get(TEST_WINDOWS), TEST_WINDOWS),
        },
    )


def _newest_model(session: Session, session_id: int) -> tuple[SessionModel, Run] | None:
    query = (
        select(SessionModel, Run)
        .join(Run, Run.id == SessionModel.run_id)
        .join(Artifact, (Artifact.run_id == Run.id) & (Artifact.name == EVALUATION))
        .where(SessionModel.session_id == session_id)
        .order_by(Run.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1])


def _files(session: Session, run_id: int) -> dict[str, Artifact]:
    rows: Sequence[Artifact] = session.scalars(
        select(Artifact).where(Artifact.run_id == run_id)
    ).all()
    return {one.name: one for one in rows}


def _of_tables(tables: ModelTables) -> ResultRecord:
    return ResultRecord(
        session_id=tables.session_id,
        run=None,
        model_type=tables.model_type,
        path=None,
        size_bytes=None,
        metadata={"model_type": tables.model_type},
        blob=tables.evaluation,
    )


def _split(model: SessionModel) -> dict[str, Any]:
    """Return the split as it was sent, with the sizes that it had."""
    sizes = (model.summary or {}).get("sizes", {})
    return dict(model.plan["split"]) | {name: sizes.get(ours) for name, ours in SIZES.items()}


def _described(
    model: SessionModel, shares: Mapping[str, Any], evaluation: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the contract says of a model beside its tables."""
    summary = model.summary or {}
    features = {name: summary.get(name, []) for name in ("input_features", "output_features")}
    blocks = evaluation.get("blocks", {})  # models that were trained before have none
    metrics = {name: blocks.get(name) for name in BLOCKS} | {"model_type": model.mode}
    return {
        "model_type": model.mode,
        "parameters": model.settings,
        "metrics": {**evaluation.get("metrics", {}), **metrics},
        "evaluation_metrics": metrics,
        "training_split": shares,
        "dataset_count": summary.get("n_dat"),
        "metadata": {
            "n_dat": summary.get("n_dat"),
            **{name: shares[name] for name in SIZES},
            "delt": model.plan["zeitschritte"].get("zeitschrittweite"),
            "model_config": model.settings,
            "random_data": bool(shares.get("shuffle", shares.get("random_dat", False))),
            "i_dat_inf": _series(model, "input"),
            "o_dat_inf": _series(model, "output"),
            **features,
        },
        **features,
    }


def _series(model: SessionModel, direction: str) -> dict[str, Any]:
    files = [one for one in model.plan["files"] if one["direction"] == direction]
    return {one["label"]: one["fields"] for one in files}


def _at(file: Artifact | None, filename: str) -> dict[str, Any] | None:
    if file is None:  # of a model that was trained before this was kept
        return None
    address = ADDRESS.format(run_id=file.run_id, id=file.id)
    return {
        "filename": filename,
        "storage_path": file.object_key,
        "download": address,
        "file_size_bytes": file.size_bytes,
        "sha256": file.sha256,
    }
