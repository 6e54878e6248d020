"""The only places that may catch everything, each with its reason.

Everywhere else a broad ``except`` hides a fault. A new row here needs a reason as good as these.
"""

# (file, function): why everything is caught there
BORDERS = {
    ("app/realtime/border.py", "border"): "the socket: a client gets a sentence, the others go on",
    ("workers/runtime.py", "_work"): "the job: what it raises ends the job, not the worker",
    (
        "services/scheduler/dispatch/begin.py",
        "begin_execution",
    ): "what a kind of schedule raises ends its attempt: the clock goes on with the others",
    (
        "services/forecasting/engine/classical.py",
        "_fitted",
    ): "a baseline: statsforecast raises Exception itself, and the run goes on",
    ("roundhouse/errors.py", "harmless"): "the client: logging must not break a training",
    ("roundhouse/errors.py", "guarded"): "the same: it is the function inside",
}
