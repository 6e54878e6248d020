"""What has to be set before anything is computed: no telemetry, fixed threads, same numbers."""

import os
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

QUIET = {
    "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1",
    "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1",
}
PACKAGES = ("torch", "lightning", "torchmetrics", "flwr", "monai", "numpy", "safetensors")


def silence() -> None:
    """Switch off what the libraries would send out or write into the home folder."""
    os.environ.update(QUIET)
    folder = Path(tempfile.gettempdir())
    os.environ.setdefault("FLWR_HOME", str(folder / f"flwr-{os.getuid()}"))
    # torchmetrics imports matplotlib where it is installed, which keeps a list of fonts
    os.environ.setdefault("MPLCONFIGDIR", str(folder / f"matplotlib-{os.getuid()}"))


def threads_for(requested: int | None) -> int:
    """Return how many threads to compute with: the setting, the environment, or half the cores."""
    if requested is not None:
        return requested
    given = os.environ.get("OMP_NUM_THREADS", "")
    return int(given) if given.isdigit() and int(given) else max(1, (os.cpu_count() or 2) // 2)


def compute_with(threads: int) -> None:
    """Make torch repeatable: a fixed number of threads and deterministic kernels only."""
    import torch

    # cuBLAS is repeatable only with a workspace of fixed size
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    # the same switch as use_deterministic_algorithms, without two seconds of compiler imports
    torch.set_deterministic_debug_mode("error")


def seed_torch(seed: int) -> None:
    """Seed torch's own generators, as ``torch.manual_seed`` does.

    Where there is no accelerator, that would note the seed for each kind that might still come,
    with the stack of the call, and keep it as long as the process lives: a tenth of a short round.
    """
    import torch

    if torch.accelerator.is_available():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


def versions() -> dict[str, str]:
    """Return the version of every library that numbers depend on."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
