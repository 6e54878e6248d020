"""How a work-horse ended, as its exit status says it to the worker that waits for it."""

import os
import signal

from app.outage_kinds import DATABASE_AWAY, DISK_FAILING, DISK_FULL, DISK_READ_ONLY

LEASE_LOST = 70
# a part of ours was away, and the database did not take even that
OUTAGES = {71: DATABASE_AWAY, 72: DISK_FULL, 73: DISK_READ_ONLY, 74: DISK_FAILING}
REASONS = {
    signal.SIGKILL: "the worker was killed (signal 9: often the system, for lack of memory)",
    signal.SIGSEGV: "the worker crashed (signal 11)",
}


def exit_status_of(outage: str) -> int:
    """Return the exit status that says this outage; of one without its own, the database's."""
    return next((status for status, kind in OUTAGES.items() if kind == outage), 71)


def outage_at(status: int) -> str | None:
    """Return which outage a wait status says, None where it was something else."""
    return OUTAGES.get(os.WEXITSTATUS(status)) if os.WIFEXITED(status) else None


def reason_of(status: int) -> str:
    """Return in words how a process ended whose wait status is not 0."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return REASONS.get(signal.Signals(number), f"the worker was ended by signal {number}")
    return f"the worker ended with exit code {os.WEXITSTATUS(status)}"
