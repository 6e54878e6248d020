"""``python -m workers.sites.client FOLDER PORT``: does the tasks of the SuperNode on PORT."""

import os
import signal
import sys
import threading
from pathlib import Path

from app.clock import now
from app.errors import RoundhouseError
from app.version import VERSION
from services.engine_kit.environment import versions
from services.engine_kit.errors import StopTraining
from services.federations.engine.executor import Executor
from services.federations.engine.reporter import Reporter
from services.federations.engine.site_app import SiteApp
from services.federations.site.check import as_report, check_data
from services.federations.site.folder import SiteFolder
from workers.sites.node import LOOPBACK, SHARED_FILE


def work(site: SiteFolder, port: int, over: threading.Event) -> None:
    """Report how the site is and train what comes, until ``over``."""
    report = as_report(check_data(site)) | {"checked_at": now().isoformat()}
    reporter = Reporter(site, {"versions": _versions(), "data": report, "error": None})
    threading.Thread(target=reporter.report_until, args=(over,), daemon=True).start()
    secret = (site.private / SHARED_FILE).read_bytes()
    executor = Executor(f"{LOOPBACK}:{port}", secret, lambda text: reporter.note("error", text))

    def require_unfinished() -> None:
        is_known = reporter.runs is not None and reporter.runs_at > executor.begun
        # an answer from before the task cannot know its run
        is_over = is_known and str(executor.run_id) not in (reporter.runs or ())
        if over.is_set() or is_over:
            raise StopTraining

    executor.work(SiteApp(site, require_unfinished), require_unfinished, over)


def _versions() -> dict[str, str]:
    known = versions()
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {
        "roundhouse": VERSION,
        "python": python,
        **{name: known[name] for name in ("flwr", "torch")},
    }


def main() -> None:
    """Work until a signal; the process ends at once, whatever its threads still wait for."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        work(SiteFolder(Path(sys.argv[1])), int(sys.argv[2]), over)
    except RoundhouseError as error:
        sys.exit(error.detail)
    os._exit(0)


if __name__ == "__main__":
    main()
