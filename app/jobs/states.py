"""The states of a job, one word each in the whole product."""

QUEUED = "queued"
STARTING = "starting"
RUNNING = "running"
STOPPING = "stopping"
SUCCEEDED = "succeeded"
FAILED = "failed"
CANCELLED = "cancelled"
LOST = "lost"

ALL_STATES = (QUEUED, STARTING, RUNNING, STOPPING, SUCCEEDED, FAILED, CANCELLED, LOST)
CLAIMABLE = (QUEUED, LOST)
HELD = (STARTING, RUNNING, STOPPING)
TERMINAL = (SUCCEEDED, FAILED, CANCELLED)
