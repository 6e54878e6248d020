"""What runs at a site: Flower's SuperNode, and beside it the process that does its tasks."""

import secrets
import socket
import sys
import time

from app.errors import Forbidden
from app.supervisor.child import Child, Program, end
from app.supervisor.signals import Signals
from services.federations.site.folder import SiteFolder

LOOPBACK = "127.0.0.1"
SHARED_FILE = "node.secret"  # the file of what the two say to each other to be let in
PATIENCE = 5.0
LOOK_SECONDS, MAX_REPORTS = 0.5, 10


class Node:
    """A SuperNode and the process that does its tasks; if one ends, both begin again."""

    def __init__(self, site: SiteFolder) -> None:
        self._site = site

    def run(self, signals: Signals) -> None:
        """Keep both running until a signal to stop.

        Raises Forbidden for a key that the federation does not let in.
        """
        self._site.write(SHARED_FILE, secrets.token_bytes(32))
        children: list[Child] = []
        try:
            while not signals.stop:
                changes = [child.keep_alive() for child in children]  # each is looked after
                if not children or any(changes):
                    end(children)
                    self._require_admission()
                    children = self._start()
                signals.wait(LOOK_SECONDS)
        finally:
            end(children)

    def _require_admission(self) -> None:
        """Ask whether the key is let in; a server that is away is no reason to stop."""
        from services.federations.engine.reporter import Reporter

        reporter = Reporter(self._site, {})
        for _ in range(MAX_REPORTS):
            if reporter.report() or reporter.refusal is None:
                return
            time.sleep(LOOK_SECONDS)  # a key that was just enrolled takes a moment
        raise Forbidden(str(reporter.refusal))

    def _start(self) -> list[Child]:
        port = _free_port()
        children = [Child(self._supernode(port)), Child(self._client(port))]
        for child in children:
            child.keep_alive()
        return children

    def _supernode(self, port: int) -> Program:
        options = {
            "--superlink": self._site.membership().address,
            "--root-certificates": str(self._site.ca_file),
            "--auth-supernode-private-key": str(self._site.key_file),
            "--isolation": "process",  # our own process does the tasks, not what a server sends
            "--superexec-auth-secret-file": str(self._site.private / SHARED_FILE),
            "--host": LOOPBACK,
            "--port": str(port),
        }
        words = [word for option in options.items() for word in option]
        command = [sys.executable, "-m", "workers.sites.supernode", *words]
        return Program(name="supernode", command=command, stage=0, patience=PATIENCE)

    def _client(self, port: int) -> Program:
        command = [sys.executable, "-m", "workers.sites.client", str(self._site.path), str(port)]
        return Program(name="client", command=command, stage=0, patience=PATIENCE)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((LOOPBACK, 0))
        port: int = trial.getsockname()[1]
    return port
