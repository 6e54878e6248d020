"""The only places that may catch everything, each with its reason.

Everywhere else a broad ``except`` hides a fault. A new row here needs a reason as good as these.
"""

# (file, function): why everything is caught there
BORDERS = {
    ("app/realtime/server.py", "_on_subscribe"): "the socket: a client gets a sentence",
    ("app/realtime/server.py", "_answer"): "the same, of the events that domains add",
    ("app/realtime/server.py", "_translate"): "a domain's words: the other sockets hear on",
    ("app/realtime/server.py", "_for_ever"): "the live loops: one that breaks is begun again",
    ("workers/runtime.py", "_work"): "the job: what it raises ends the job, not the worker",
    (
        "services/runs/training/recorder.py",
        "_flush_often",
    ): "the publisher's thread: raised again in the run",
    (
        "blueprints/experiments/forms.py",
        "start_from_form",
    ): "not kept: the file goes, then it rises",
    (
        "services/forecasting/engine/classical.py",
        "_fitted",
    ): "a baseline: statsforecast raises Exception itself, and the run goes on",
    ("roundhouse/errors.py", "harmless"): "the client: logging must not break a training",
    ("roundhouse/errors.py", "guarded"): "the same: it is the function inside",
}
