"""The virtual environment of the peers: made once, outside ours, because their pins differ."""

import os
import subprocess
import sys
from pathlib import Path

PINS = ("mlflow==3.17.2", "trackio==0.43.0")
FOLDER = Path("var") / "bench-peers"


def peers_python() -> Path:
    """Return the interpreter that has the peers; ROUNDHOUSE_BENCH_PEERS names a ready one."""
    given = os.environ.get("ROUNDHOUSE_BENCH_PEERS")
    python = Path(given) if given else FOLDER.resolve() / "bin" / "python"
    if not given and not (FOLDER / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PINS], check=True)
        (FOLDER / ".installed").touch()
    return python
