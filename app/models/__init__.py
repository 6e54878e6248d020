"""Tables and constraints, one file per noun, no logic."""

from app.models.alert import Alert, AlertEvent, AlertSetting
from app.models.api_token import ApiToken
from app.models.attribute_generation import (
    AttributeGeneration,
    GeneratedText,
    GenerationFailure,
)
from app.models.audit import AuditEntry, AuditHead
from app.models.auth_session import AuthSession
from app.models.backtest import Backtest
from app.models.benchmark import (
    BenchmarkAnalysis,
    BenchmarkAnswer,
    BenchmarkCache,
    BenchmarkFailure,
    BenchmarkModel,
    BenchmarkRun,
)
from app.models.benchmark_queue import PersonQueue, QueueEntry
from app.models.channel import AlertChannel, ChannelDelivery
from app.models.connection import (
    ConnectionDay,
    ConnectionLog,
    OAuthState,
    ServiceConnection,
)
from app.models.dataset import Dataset
from app.models.disk_sample import DiskSample
from app.models.event import EventRow, Topic
from app.models.federation import Federation, FederationSite
from app.models.flag import Flag
from app.models.forecast_access import ForecastConfig, ForecastKey
from app.models.forecast_search import ModelSearch, SearchTrial
from app.models.forecasting import (
    ForecastSession,
    ImportRecipe,
    SeriesPart,
    SessionFile,
    SessionModel,
    SessionObject,
)
from app.models.health_state import HealthState
from app.models.idempotency import IdempotencyKey
from app.models.incident import (
    Incident,
    IncidentDay,
    IncidentNote,
    IncidentRoute,
    JobFailure,
)
from app.models.job import Job
from app.models.label import RunParam, RunTag
from app.models.ledger import FederatedRound, RunCheckpoint
from app.models.log_batch import LogBatch
from app.models.login_attempt import LoginAttempts
from app.models.persona import Persona, PersonaSet, Trait
from app.models.preference import Preference
from app.models.retired import RetiredId
from app.models.row_count import CountedUntil, HourlyCount
from app.models.run import (
    Artifact,
    Client,
    Round,
    Run,
    RunLog,
    RunResult,
    ServerEvaluation,
    UserConfig,
)
from app.models.run_import import RunImport, RunImportItem
from app.models.schedule import (
    DailyCounter,
    ExecutionAttempt,
    Schedule,
    ScheduleEvent,
    ScheduleExecution,
    ScheduleVersion,
)
from app.models.schedule_totals import ClockDay, DailyDuration, SweptCounter, SweptDuration
from app.models.series import MetricDefinition, Series, SeriesBatch, SeriesBlock, SeriesSegment
from app.models.signin_link import SigninLink
from app.models.site_analysis import StoredAnalysis
from app.models.spent_compute import SpentCompute
from app.models.study import Study, StudyRun
from app.models.upload import StoredUpload, UploadPart
from app.models.user import User
from app.models.weights import Weights

__all__ = [
    "Alert",
    "AlertChannel",
    "AlertEvent",
    "AlertSetting",
    "ApiToken",
    "Artifact",
    "AttributeGeneration",
    "AuditEntry",
    "AuditHead",
    "AuthSession",
    "Backtest",
    "BenchmarkAnalysis",
    "BenchmarkAnswer",
    "BenchmarkCache",
    "BenchmarkFailure",
    "BenchmarkModel",
    "BenchmarkRun",
    "ChannelDelivery",
    "Client",
    "ClockDay",
    "ConnectionDay",
    "ConnectionLog",
    "CountedUntil",
    "DailyCounter",
    "DailyDuration",
    "Dataset",
    "DiskSample",
    "EventRow",
    "ExecutionAttempt",
    "FederatedRound",
    "Federation",
    "FederationSite",
    "Flag",
    "ForecastConfig",
    "ForecastKey",
    "ForecastSession",
    "GeneratedText",
    "GenerationFailure",
    "HealthState",
    "HourlyCount",
    "IdempotencyKey",
    "ImportRecipe",
    "Incident",
    "IncidentDay",
    "IncidentNote",
    "IncidentRoute",
    "Job",
    "JobFailure",
    "LogBatch",
    "LoginAttempts",
    "MetricDefinition",
    "ModelSearch",
    "OAuthState",
    "PersonQueue",
    "Persona",
    "PersonaSet",
    "Preference",
    "QueueEntry",
    "RetiredId",
    "Round",
    "Run",
    "RunCheckpoint",
    "RunImport",
    "RunImportItem",
    "RunLog",
    "RunParam",
    "RunResult",
    "RunTag",
    "Schedule",
    "ScheduleEvent",
    "ScheduleExecution",
    "ScheduleVersion",
    "SearchTrial",
    "Series",
    "SeriesBatch",
    "SeriesBlock",
    "SeriesPart",
    "SeriesSegment",
    "ServerEvaluation",
    "ServiceConnection",
    "SessionFile",
    "SessionModel",
    "SessionObject",
    "SigninLink",
    "SpentCompute",
    "StoredAnalysis",
    "StoredUpload",
    "Study",
    "StudyRun",
    "SweptCounter",
    "SweptDuration",
    "Topic",
    "Trait",
    "UploadPart",
    "User",
    "UserConfig",
    "Weights",
]
