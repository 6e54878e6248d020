"""What follows from the settings: the socket of Redis, who does which jobs with how many cores."""

from pathlib import Path
from urllib.parse import quote

from app import settings_values as kinds
from app.jobs import queues


class DerivedSettings:
    """What ``Settings`` says beside its variables."""

    home: Path
    host: str
    redis_url: str
    cores: int
    train_workers: int
    io_workers: int
    benchmark_workers: int

    @property
    def redis_is_embedded(self) -> bool:
        """Whether the platform starts a Redis of its own."""
        return self.redis_url == f"unix://{quote(str(self.redis_socket))}?db=0"

    @property
    def redis_socket(self) -> Path:
        """Path of the embedded Redis' socket, short enough for the kernel."""
        return kinds.redis_socket(self.home)

    @property
    def url_host(self) -> str:
        """The host as it stands in a URL: an address with colons has brackets around it."""
        return kinds.host_in_url(self.host)

    @property
    def workers(self) -> dict[str, int]:
        """How many processes of this host do the jobs of each queue."""
        return {
            queues.TRAIN: self.train_workers,
            queues.IO: self.io_workers,
            queues.BENCHMARKS: self.benchmark_workers,
        }

    @property
    def threads_per_train_worker(self) -> int:
        """How many of the cores each training process may use."""
        return max(1, self.cores // max(1, self.train_workers))
