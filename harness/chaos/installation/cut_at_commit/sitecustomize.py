"""Dying between a COMMIT of SQLite and its answer, in whichever process of the platform is next.

Python imports this module at its start in every process whose PYTHONPATH names this folder. The
file that CHAOS_CUT_FILE names orders one death; who renames it first dies.
"""

import os
import signal
import sqlite3
from functools import partial

ORDER = os.environ["CHAOS_CUT_FILE"]


class CutConnection(sqlite3.Connection):
    """A connection whose process may not live to hear that its commit took place."""

    committed_changes = 0

    def commit(self) -> None:
        """Commit; then die where that is ordered and something was written."""
        has_written = self.in_transaction and self.total_changes > self.committed_changes
        super().commit()
        self.committed_changes = self.total_changes
        if has_written and _is_ordered():
            os.kill(os.getpid(), signal.SIGKILL)


def _is_ordered() -> bool:
    try:
        os.rename(ORDER, f"{ORDER}.done")  # noqa: PTH104 - pathlib costs each process its import
    except OSError:
        return False
    return True


connect = partial(sqlite3.connect, factory=CutConnection)
sqlite3.connect = sqlite3.dbapi2.connect = connect
