"""Training runs and what was measured in them, per epoch, round and client."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime
from app.models.retired import never_give_twice

MODES = ("centralized", "federated")
STATUSES = ("queued", "in_progress", "completed", "failed", "cancelled")
UNFINISHED = ("queued", "in_progress")
OVER = ("completed", "failed", "cancelled")
VISIBILITIES = ("private", "team")
ORIGINS = ("trained", "logged", "imported")
WAITING, RUNNING, ENDED = "waiting", "running", "ended"  # the phases of a run
TASKS = ("classification", "forecasting", "other")
MEASURED_ON = ("test", "validation", "site_validation", "reported")
_LISTED = ("visibility", "owner_id", "status", "training_mode")
_COVERED = (  # whatever else is short, so that a filter over it leaves the long rows unread
    "start_time",
    "end_time",
    "duration_seconds",
    "origin",
    "dataset_id",
    "seed",
    "best_val_recall",
    "best_val_accuracy",
    "task",
    "name",
)


class Run(Base):
    """One training session. ``status`` follows the newest job of the run.

    ``origin`` says who did the work: a worker of ours (trained), an external program (logged), or
    somebody else's system long ago (imported). ``task`` says which metrics are its headlines.
    The two best values repeat what series and evaluations say, so that lists sort by them (see
    ``services.runs.results.best``).

    The three counters hold the seconds of ended spells; ``phase`` (waiting, running, ended) has
    lasted since ``phase_since`` (None: since the start). ``duration_seconds`` repeats the running
    seconds of a run that has ended, None before, so that lists sort and filter by them:
    ``services.runs.times`` writes all six.
    """

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint(f"training_mode IN {MODES!r}", name="training_mode"),
        CheckConstraint(f"status IN {STATUSES!r}", name="status"),
        CheckConstraint(f"visibility IN {VISIBILITIES!r}", name="visibility"),
        CheckConstraint(f"origin IN {ORIGINS!r}", name="origin"),
        CheckConstraint(f"task IN {TASKS!r}", name="task"),
        CheckConstraint("end_time IS NULL OR end_time >= start_time", name="ends_after_start"),
        Index(None, "status", "training_mode", "start_time"),
        Index(None, "owner_id", "start_time"),
        # what decides whether a list shows a run: walked by time, and looked up by id
        Index("ix_runs_listed", "archived_at", "start_time", "id", *_LISTED),
        Index("ix_runs_probed", "id", "archived_at", *_LISTED, *_COVERED),
        # all that analytics reads of a run, so that its long row stays unread
        Index(
            "ix_runs_summed",
            "archived_at",
            "status",
            "training_mode",
            "id",
            "start_time",
            "duration_seconds",
            "owner_id",
            "visibility",
            "best_val_recall",
            "best_val_accuracy",
            "task",
            "dataset_id",
            "origin",
        ),
        Index(None, "best_val_recall", "id"),
        Index(None, "best_val_accuracy", "id"),
        Index(None, "start_time", "id"),
        Index(None, "end_time", "id"),
        Index("ix_runs_duration_id", "duration_seconds", "id"),
        Index(None, "status", "id"),
        Index(None, "training_mode", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    run_description: Mapped[str | None] = mapped_column(String(1024))
    training_mode: Mapped[str] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(String(50))
    start_time: Mapped[datetime] = mapped_column(UtcDateTime)
    end_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wandb_id: Mapped[str | None] = mapped_column(String(255))
    source_path: Mapped[str | None] = mapped_column(String(1024))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    dataset_id: Mapped[int | None] = mapped_column(ForeignKey("datasets.id"))
    pretrained_id: Mapped[int | None] = mapped_column(ForeignKey("weights.id"))
    # no foreign key: SQLite could not take the column away again; federations keep their rows
    federation_id: Mapped[int | None] = mapped_column(BigId, index=True)
    config: Mapped[dict[str, Any]] = mapped_column(Json)
    seed: Mapped[int] = mapped_column(BigInteger)
    best_step: Mapped[int | None] = mapped_column(BigInteger)
    checkpoint: Mapped[dict[str, Any] | None] = mapped_column(Json)
    manifest: Mapped[dict[str, Any] | None] = mapped_column(Json)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    origin: Mapped[str] = mapped_column(String(20), default="trained", server_default="trained")
    task: Mapped[str] = mapped_column(String(20), default="other", server_default="other")
    notes: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    best_val_recall: Mapped[float | None] = mapped_column(Float)
    best_val_accuracy: Mapped[float | None] = mapped_column(Float)
    waiting_seconds: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    running_seconds: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    stopped_seconds: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    phase: Mapped[str] = mapped_column(String(10), default=WAITING, server_default=WAITING)
    phase_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration_seconds: Mapped[float | None] = mapped_column(Float)


never_give_twice(Run)


class RunResult(Base):
    """What the kept model of a run scores in one metric, and on which rows that was measured.

    ``metric`` is the catalogue's name, the series' own where it is unknown; ``step`` is the epoch
    or round whose model it is. ``value`` is null where what was measured cannot be a value.
    """

    __tablename__ = "run_results"
    __table_args__ = (
        CheckConstraint(f"measured_on IN {MEASURED_ON!r}", name="measured_on"),
        Index(None, "metric", "value", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    metric: Mapped[str] = mapped_column(String(250), primary_key=True)
    name: Mapped[str] = synonym("metric")  # as the other models that runs are searched by
    value: Mapped[float | None] = mapped_column(Float)
    measured_on: Mapped[str] = mapped_column(String(20))
    num_rows: Mapped[int | None] = mapped_column(Integer)
    step: Mapped[int | None] = mapped_column(BigInteger)


class Client(Base):
    """A site that takes part in a federated run."""

    __tablename__ = "clients"
    __table_args__ = (UniqueConstraint("run_id", "client_identifier"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    client_identifier: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    client_config: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Round(Base):
    """One client's part in one round: what it did, how long it took, or why it was left out.

    Written as it happens; ``log_id`` is the line of the run's log with the refusal.
    """

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("client_id", "round_number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    round_number: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    num_samples: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[float] = mapped_column(Float)
    waiting_seconds: Mapped[float | None] = mapped_column(Float)
    training_seconds: Mapped[float | None] = mapped_column(Float)
    sending_seconds: Mapped[float | None] = mapped_column(Float)
    bytes_down: Mapped[int | None] = mapped_column(BigInteger)
    bytes_up: Mapped[int | None] = mapped_column(BigInteger)
    loss_before: Mapped[float | None] = mapped_column(Float)
    loss_after: Mapped[float | None] = mapped_column(Float)
    weight: Mapped[float | None] = mapped_column(Float)
    leave_one_out: Mapped[float | None] = mapped_column(Float)
    log_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    start_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    round_metadata: Mapped[dict[str, Any] | None] = mapped_column(Json)


class ServerEvaluation(Base):
    """The global model of one round, measured on rows that no client has."""

    __tablename__ = "server_evaluations"
    __table_args__ = (UniqueConstraint("run_id", "round_number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    round_number: Mapped[int] = mapped_column(Integer)
    loss: Mapped[float | None] = mapped_column(Float)
    accuracy: Mapped[float | None] = mapped_column(Float)
    precision: Mapped[float | None] = mapped_column(Float)
    recall: Mapped[float | None] = mapped_column(Float)
    f1_score: Mapped[float | None] = mapped_column(Float)
    auroc: Mapped[float | None] = mapped_column(Float)
    true_positives: Mapped[int | None] = mapped_column(Integer)
    true_negatives: Mapped[int | None] = mapped_column(Integer)
    false_positives: Mapped[int | None] = mapped_column(Integer)
    false_negatives: Mapped[int | None] = mapped_column(Integer)
    num_samples: Mapped[int | None] = mapped_column(Integer)
    evaluation_time: Mapped[datetime] = mapped_column(UtcDateTime)
    additional_metrics: Mapped[dict[str, Any] | None] = mapped_column(Json)


class RunLog(Base):
    """One line of a run's log."""

    __tablename__ = "run_logs"
    __table_args__ = (Index(None, "run_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    attempt: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(Text)


class Artifact(Base):
    """A file that a run keeps, visible because this row points at its object."""

    __tablename__ = "artifacts"
    __table_args__ = (UniqueConstraint("run_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(50))
    step: Mapped[int | None] = mapped_column(BigInteger)
    object_key: Mapped[str] = mapped_column(String(500))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UserConfig(Base):
    """One person's default configuration, changed by ``POST /api/config/update``."""

    __tablename__ = "user_configs"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    config: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
