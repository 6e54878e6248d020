"""The settings of one installation, read once from the environment.

The fields of ``Settings`` are the one table of what can be set: parsing, the checks of
``python -m app doctor`` and the table in the README all come from it. A bad value refuses to
start with one sentence.
"""
# ruff: noqa: RUF009 - variable() is dataclasses.field() with a description

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from app import settings_values as kinds
from app.settings_derived import DerivedSettings
from app.settings_variables import SettingsError, Variable, variable

__all__ = ["Settings", "SettingsError", "declared"]


@dataclass(frozen=True, kw_only=True)
class Settings(DerivedSettings):
    """Every setting, typed and checked. Sizes are in bytes, times in seconds."""

    home: Path = variable(
        "ROUNDHOUSE_HOME",
        kinds.folder,
        "./var",
        "Folder of the database, Redis file, objects and secrets; mode 700.",
    )
    host: str = variable(
        "ROUNDHOUSE_HOST",
        kinds.host,
        "127.0.0.1",
        "Address to listen on. Anything but loopback is open to the network.",
    )
    port: int = variable("ROUNDHOUSE_PORT", kinds.integer(1, 65_535), "8000", "Port to listen on.")
    database_url: str = variable(
        "DATABASE_URL",
        kinds.database_url,
        "sqlite:///{home}/roundhouse.db",
        "The truth: a SQLite file, or PostgreSQL for several hosts.",
    )
    redis_url: str = variable(
        "REDIS_URL",
        kinds.redis_url,
        "unix://{redis_socket}?db=0",
        "Redis of at least 6.2. Without it one is started on a private socket.",
    )
    storage_url: str = variable(
        "STORAGE_URL",
        kinds.storage_url,
        "file://{home_in_url}/objects",
        "Where objects are kept: file://, s3://, gs:// or az://.",
    )
    results_dir: Path = variable(
        "ROUNDHOUSE_RESULTS_DIR",
        kinds.folder,
        "{home}/results",
        "Folder of results_<run id>.json files, which a backfill reads.",
    )
    public_url: str = variable(
        "ROUNDHOUSE_PUBLIC_URL",
        kinds.http_url,
        "http://{url_host}:{port}",
        "The address that people type; https:// makes cookies secure.",
    )
    trusted_hosts: tuple[str, ...] = variable(
        "ROUNDHOUSE_TRUSTED_HOSTS",
        kinds.hosts,
        "",
        "Further host names under which the platform answers, with commas between.",
    )
    trusted_proxies: tuple[str, ...] = variable(
        "ROUNDHOUSE_TRUSTED_PROXIES",
        kinds.networks,
        "",
        "Networks of reverse proxies whose X-Forwarded-For is believed.",
    )
    log_level: str = variable(
        "ROUNDHOUSE_LOG_LEVEL",
        kinds.choice("debug", "info", "warning", "error"),
        "info",
        "The least that is logged.",
    )
    log_format: str = variable(
        "ROUNDHOUSE_LOG_FORMAT",
        kinds.choice("console", "json"),
        "console",
        "console for people, json for machines.",
    )
    log_file_bytes: int = variable(
        "ROUNDHOUSE_LOG_FILE_SIZE",
        kinds.size(0, 1 << 40),
        "10MB",
        "Size at which a file in {home}/logs is rotated; 0 writes no files.",
    )
    log_file_count: int = variable(
        "ROUNDHOUSE_LOG_FILE_COUNT",
        kinds.integer(2, 100),
        "5",
        "How many files are kept of each process's log, the current one included.",
    )
    disk_low_bytes: int = variable(
        "ROUNDHOUSE_DISK_LOW",
        kinds.size(0, 1 << 50),
        "2GB",
        "Free space below which health is degraded.",
    )
    disk_full_bytes: int = variable(
        "ROUNDHOUSE_DISK_FULL",
        kinds.size(0, 1 << 50),
        "200MB",
        "Free space below which health is failing.",
    )
    metrics_allow: tuple[str, ...] = variable(
        "ROUNDHOUSE_METRICS_ALLOW",
        kinds.networks,
        "127.0.0.0/8,::1/128",
        "Networks that may read /metrics without a token, with commas between.",
    )
    train_workers: int = variable(
        "ROUNDHOUSE_TRAIN_WORKERS",
        kinds.integer(0, 256),
        "2",
        "Processes that train; 0 on a host that only serves.",
    )
    io_workers: int = variable(
        "ROUNDHOUSE_IO_WORKERS", kinds.integer(0, 256), "1", "Processes for short work."
    )
    benchmark_workers: int = variable(
        "ROUNDHOUSE_BENCHMARK_WORKERS",
        kinds.integer(0, 256),
        "1",
        "Processes that ask language models: so many benchmarks run at once.",
    )
    cores: int = variable(
        "ROUNDHOUSE_CORES",
        kinds.cores,
        "auto",
        "Processor cores divided among the workers that train.",
    )
    lease_seconds: float = variable(
        "ROUNDHOUSE_LEASE_SECONDS",
        kinds.seconds(1, 600),
        "7",
        "Silence after which a job counts as lost.",
    )
    beat_seconds: float = variable(
        "ROUNDHOUSE_BEAT_SECONDS", kinds.seconds(0.1, 200), "2", "Between two beats of a job."
    )
    stop_seconds: float = variable(
        "ROUNDHOUSE_STOP_SECONDS",
        kinds.seconds(0, 3600),
        "20",
        "How long a stopping platform waits for work to reach its next checkpoint.",
    )
    database_pool_size: int = variable(
        "ROUNDHOUSE_DATABASE_POOL",
        kinds.integer(1, 200),
        "8",
        "Database connections of the web process, and its threads.",
    )
    max_upload_bytes: int = variable(
        "ROUNDHOUSE_MAX_UPLOAD", kinds.size(1024, 1 << 40), "2GB", "The largest upload."
    )
    upload_quota_bytes: int = variable(
        "ROUNDHOUSE_UPLOAD_QUOTA",
        kinds.size(0, 1 << 50),
        "0",
        "What the uploads of one person may hold until they are used; 0 for any size.",
    )
    upload_lifetime_seconds: float = variable(
        "ROUNDHOUSE_UPLOAD_LIFETIME",
        kinds.seconds(60, 31_536_000),
        "86400",
        "An upload that nobody touches for this long is deleted.",
    )
    session_quota_bytes: int = variable(
        "ROUNDHOUSE_SESSION_QUOTA",
        kinds.size(0, 1 << 50),
        "0",
        "What the files of one person's forecasting sessions may hold; 0 for any size.",
    )
    max_trainings: int = variable(
        "ROUNDHOUSE_MAX_TRAININGS",
        kinds.integer(0, 10_000),
        "0",
        "How many models of forecasting sessions one person may train at a time; 0 for any number.",
    )
    compute_hours: int = variable(
        "ROUNDHOUSE_COMPUTE_HOURS",
        kinds.integer(0, 100_000),
        "0",
        "For how long the forecasting models of one person may train in a month; 0 for any time.",
    )
    plot_wait_seconds: float = variable(
        "ROUNDHOUSE_PLOT_WAIT_SECONDS",
        kinds.seconds(0, 60),
        "20",
        "How long the picture of test samples waits for a free worker of short jobs to draw it.",
    )
    benchmark_knock_seconds: float = variable(
        "ROUNDHOUSE_BENCHMARK_KNOCK_SECONDS",
        kinds.seconds(0, 60),
        "5",
        "How long the start of a benchmark waits to hear whether the model's server answers.",
    )
    benchmark_private_addresses: bool = variable(
        "ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES",
        kinds.switch(),
        "0",
        "1 lets benchmarks ask models on this machine and in its own network.",
    )
    federation_ports: tuple[int, int] = variable(
        "ROUNDHOUSE_FEDERATION_PORTS", kinds.ports, "9443-9999", "Ports that federations may have."
    )
    max_federations: int = variable(
        "ROUNDHOUSE_MAX_FEDERATIONS", kinds.integer(0, 10_000), "50", "Most that run; 0 for any."
    )
    max_own_federations: int = variable(
        "ROUNDHOUSE_MAX_OWN_FEDERATIONS", kinds.integer(0, 999), "10", "Most of one person; 0: any."
    )
    gsc_client_id: str = variable(
        "ROUNDHOUSE_GSC_CLIENT_ID",
        kinds.text(1000),
        "",
        "OAuth client id for Google Search Console; empty leaves the connection out.",
    )
    gsc_client_secret: str = variable(
        "ROUNDHOUSE_GSC_CLIENT_SECRET",
        kinds.text(1000),
        "",
        "The secret of that client.",
        is_secret=True,
    )
    gsc_base_url: str = variable(
        "ROUNDHOUSE_GSC_BASE_URL",
        kinds.optional_http_url,
        "",
        "A server that stands in for all of Google's: a gateway, or one for tests.",
    )
    bing_client_id: str = variable(
        "ROUNDHOUSE_BING_CLIENT_ID",
        kinds.text(1000),
        "",
        "OAuth client id for Bing Webmaster; empty leaves the connection out.",
    )
    bing_client_secret: str = variable(
        "ROUNDHOUSE_BING_CLIENT_SECRET",
        kinds.text(1000),
        "",
        "The secret of that client.",
        is_secret=True,
    )
    bing_base_url: str = variable(
        "ROUNDHOUSE_BING_BASE_URL",
        kinds.optional_http_url,
        "",
        "A server that stands in for all of Bing's: a gateway, or one for tests.",
    )
    connection_seconds: float = variable(
        "ROUNDHOUSE_CONNECTION_SECONDS",
        kinds.seconds(0.1, 600),
        "60",
        "How long one whole answer of Google or Bing may take.",
    )
    smtp_url: str = variable(
        "ROUNDHOUSE_SMTP_URL",
        kinds.smtp_url,
        "",
        "The server that channels send e-mail through; empty sends none.",
    )
    mail_from: str = variable(
        "ROUNDHOUSE_MAIL_FROM", kinds.sender, "", "The address that the platform's e-mail is from."
    )
    channel_private_networks: tuple[str, ...] = variable(
        "ROUNDHOUSE_CHANNEL_PRIVATE_NETWORKS",
        kinds.networks,
        "",
        "Networks that are not public and that channels may send to, with commas between.",
    )
    channel_seconds: float = variable(
        "ROUNDHOUSE_CHANNEL_SECONDS",
        kinds.seconds(0.1, 60),
        "10",
        "How long the receiver of a message may take to answer.",
    )
    max_body_bytes: int = variable(
        "ROUNDHOUSE_MAX_BODY",
        kinds.size(1024, 1 << 30),
        "2MB",
        "The largest body of any other request.",
    )
    max_batch_bytes: int = variable(
        "ROUNDHOUSE_MAX_BATCH",
        kinds.size(1024, 1 << 30),
        "64MB",
        "The largest batch of points; a million of them are about 45 MB of JSON.",
    )
    body_memory_bytes: int = variable(
        "ROUNDHOUSE_BODY_MEMORY",
        kinds.size(1024, 1 << 40),
        "128MB",
        "What the bodies that are read whole may hold at a time; of one person half of it.",
    )
    body_timeout_seconds: float = variable(
        "ROUNDHOUSE_BODY_TIMEOUT",
        kinds.seconds(1, 86_400),
        "600",
        "How long a request may take to arrive.",
    )
    socket_max_bytes: int = variable(
        "ROUNDHOUSE_SOCKET_MAX_BYTES",
        kinds.size(1024, 1 << 30),
        "1MB",
        "A live client with more than this waiting for it is cut; it resumes by number.",
    )
    socket_max_seconds: float = variable(
        "ROUNDHOUSE_SOCKET_MAX_SECONDS",
        kinds.seconds(0.1, 600),
        "5",
        "A live client that has not read for this long is cut.",
    )
    session_idle_seconds: float = variable(
        "ROUNDHOUSE_SESSION_IDLE",
        kinds.seconds(60, 31_536_000),
        "28800",
        "An unused session ends after this.",
    )
    session_lifetime_seconds: float = variable(
        "ROUNDHOUSE_SESSION_LIFETIME",
        kinds.seconds(60, 31_536_000),
        "604800",
        "Every session ends after this.",
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read every variable, the default where it is unset or empty.

        Raises SettingsError.
        """
        values: dict[str, Any] = {}
        for field, entry in declared():
            raw = environ.get(entry.name, "").strip() or kinds.filled(entry.default, values)
            values[field] = entry.parsed(raw)
        settings = cls(**values)
        _check_together(settings)
        return settings

    def environment(self) -> dict[str, str]:
        """Return the variables that make another process read exactly these settings."""
        return {entry.name: entry.kind.format(getattr(self, field)) for field, entry in declared()}


def declared() -> Iterator[tuple[str, Variable]]:
    """Yield the field and the variable of every setting, in their order."""
    for field in dataclasses.fields(Settings):
        yield field.name, field.metadata["variable"]


def _check_together(settings: Settings) -> None:
    if settings.beat_seconds * 2 > settings.lease_seconds:
        raise SettingsError(
            f"ROUNDHOUSE_BEAT_SECONDS is {settings.beat_seconds:g}, but it must be at most half of "
            f"ROUNDHOUSE_LEASE_SECONDS, which is {settings.lease_seconds:g}."
        )
    if settings.session_idle_seconds > settings.session_lifetime_seconds:
        raise SettingsError(
            f"ROUNDHOUSE_SESSION_IDLE is {settings.session_idle_seconds:g}, but it must be at most "
            f"ROUNDHOUSE_SESSION_LIFETIME, which is {settings.session_lifetime_seconds:g}."
        )
