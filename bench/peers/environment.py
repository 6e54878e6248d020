"""The virtual environments of the peers: made once, outside ours, because their pins differ."""

import os
import subprocess
import sys
from pathlib import Path

PINS = ("mlflow==3.17.2", "trackio==0.43.0")
FOLDER = Path("var") / "bench-peers"
WINDOWS_PINS = ("u8darts==0.41.0", "sktime==1.2.0")
WINDOWS_FOLDER = Path("var") / "bench-windows"


def peers_python() -> Path:
    """Return the interpreter that has the peers; ROUNDHOUSE_BENCH_PEERS names a ready one."""
    return _python("ROUNDHOUSE_BENCH_PEERS", FOLDER, PINS)


def windows_python() -> Path:
    """Return the one that has Darts and sktime; ROUNDHOUSE_BENCH_WINDOWS names a ready one."""
    return _python("ROUNDHOUSE_BENCH_WINDOWS", WINDOWS_FOLDER, WINDOWS_PINS)


def _python(variable: str, folder: Path, pins: tuple[str, ...]) -> Path:
    given = os.environ.get(variable)
    python = Path(given) if given else folder.resolve() / "bin" / "python"
    if not given and not (folder / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *pins], check=True)
        (folder / ".installed").touch()
    return python
