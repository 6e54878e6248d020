"""One SuperLink: Flower's server behind our gate, its nodes kept in line with our sites."""

import logging
import math
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now
from app.db.engine import Database
from app.outages import report_failure
from services.federations import registry
from services.federations.engine.gate import SuperLinkGate
from services.federations.folder import FederationFolder
from services.federations.registry import Admitted
from services.flower.server import (
    HEARTBEAT_DEFAULT_INTERVAL,
    NOOP_ACCOUNT_NAME,
    NOOP_FLWR_AID,
    LinkState,
    NodeInfo,
    NodeStatus,
    NoOpControlAuthnPlugin,
    Status,
    SuperLinkLifespan,
    SuperLinkLifespanConfig,
    create_app,
    state_of,
)

SYNC_SECONDS, NOTE_SECONDS = 1.0, 3.0
MAX_KEEP_ALIVE = 30
SHUTDOWN_SECONDS = 2  # sites ask again by themselves; whoever stops us waits for 4 s

log = structlog.get_logger(__name__)


class PortTakenError(Exception):
    """Something else listens on the port of the federation."""


class SiteDoor:
    """Implements ``Door`` over our tables and Flower's state."""

    def __init__(self, database: Database, federation_id: int, state: LinkState) -> None:
        self._database = database
        self._federation_id = federation_id
        self._state = state
        self._admitted: dict[str, Admitted] = {}
        self._calls: dict[tuple[int, bool], datetime] = {}
        self._refused: dict[int, str] = {}
        self._lock = threading.Lock()
        self._noted = -math.inf

    def site_of(self, public_key: str) -> int | None:
        """Return the site of a key that may take part now, else None."""
        admitted = self._admitted.get(public_key)
        return None if admitted is None else admitted.site_id

    def seen(self, site_id: int, *, reporting: bool) -> None:
        """Note that the site has just called: its program to report, or its SuperNode."""
        with self._lock:
            self._calls[site_id, reporting] = now()

    def _present(self) -> dict[int, datetime]:
        """Return until when each site was wholly there: its program and its SuperNode called.

        One without the other answers no question.
        """
        both = {site for site, _ in self._calls}
        both = {site for site in both if {(site, True), (site, False)} <= self._calls.keys()}
        return {site: min(self._calls[site, True], self._calls[site, False]) for site in both}

    def returned(self, public_key: str) -> None:
        """Let a site connect again: Flower would have it wait for a minute after a power cut."""
        node = self._state.get_node_id_by_public_key(public_key.encode())
        if node is not None:
            self._state.deactivate_node(node)

    def refused(self, public_key: str, reason: str) -> None:
        """Note why a site that has a good key was not let in: its page says it."""
        admitted = self._admitted.get(public_key)
        if admitted is not None:
            with self._lock:
                self._refused[admitted.site_id] = reason

    def report(self, site_id: int, report: Mapping[str, Any], behind: float) -> Mapping[str, Any]:
        """Store a site's report; return the runs that are not over."""
        expires_at = registry.take_report(self._database, site_id, report, behind)
        runs = self._state.get_run_info(statuses=[Status.RUNNING, Status.STARTING])
        return {
            "runs": [str(run.run_id) for run in runs],
            "expires_at": None if expires_at is None else expires_at.isoformat(),
        }

    def sync(self) -> None:
        """Read who may take part, register them with Flower, and note who was there."""
        admitted = registry.admitted_sites(self._database, self._federation_id)
        self._admitted = {one.public_key: one for one in admitted}  # first: a revoked key is out
        numbers = self._register(admitted)
        if numbers or time.monotonic() - self._noted >= NOTE_SECONDS:
            with self._lock:
                present = self._present()
                refused, self._refused = self._refused, {}
            registry.note_life(self._database, self._federation_id, present, numbers)
            registry.note_refusals(self._database, refused)
            self._noted = time.monotonic()

    def _register(self, admitted: Sequence[Admitted]) -> dict[int, str]:
        """Have one node for each registered key; return the nodes that are new to us."""
        nodes = {node.public_key.decode(): node for node in self._nodes()}
        for key in nodes.keys() - registry.kept_keys(self._database, self._federation_id):
            self._state.delete_node(NOOP_FLWR_AID, nodes[key].node_id)
        numbers = {}
        for site in admitted:
            known = nodes.get(site.public_key)
            number = self._create(site) if known is None else known.node_id
            if site.node_id != str(number):
                numbers[site.site_id] = str(number)
        return numbers

    def _nodes(self) -> Sequence[NodeInfo]:
        present = [NodeStatus.REGISTERED, NodeStatus.ONLINE, NodeStatus.OFFLINE]
        nodes: Sequence[NodeInfo] = self._state.get_node_info(statuses=present)
        return nodes

    def _create(self, site: Admitted) -> int:
        return int(
            self._state.create_node(
                NOOP_FLWR_AID,
                NOOP_ACCOUNT_NAME,
                site.public_key.encode(),
                HEARTBEAT_DEFAULT_INTERVAL,
                name=site.name,
            )
        )


def serve(database: Database, federation_id: int, folder: FederationFolder) -> None:
    """Serve until SIGTERM; raises ``PortTakenError``."""
    where = registry.listening_of(database, federation_id)
    folder.prepare_server(where.host)
    _require_free(where.listen, where.port)
    app = create_app(_config(folder, where.listen, where.port), SuperLinkLifespan)
    door = SiteDoor(database, federation_id, state_of(app))
    registry.welcome_back(database, federation_id)
    door.sync()
    logging.getLogger("flwr").setLevel(logging.WARNING)
    server = uvicorn.Server(
        uvicorn.Config(
            app=SuperLinkGate(app, door, folder.secret),
            host=where.listen,
            port=where.port,
            ssl_keyfile=str(folder.path / "server.key"),
            ssl_certfile=str(folder.path / "server.pem"),
            lifespan="on",
            log_config=None,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=MAX_KEEP_ALIVE,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    stop = threading.Event()
    thread = threading.Thread(target=_sync_until, args=(stop, door, folder, server), daemon=True)
    thread.start()
    server.run()
    stop.set()


def _sync_until(
    stop: threading.Event, door: SiteDoor, folder: FederationFolder, server: uvicorn.Server
) -> None:
    while not stop.wait(SYNC_SECONDS):
        try:
            door.sync()
        except SQLAlchemyError as error:
            report_failure(error)
        if folder.is_due():
            server.should_exit = True  # whoever starts it again gives it a new certificate


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                f"Port {port} of {host} cannot be used ({error.strerror}). Give the federation "
                "another port, or stop what listens there."
            ) from None


def _config(folder: FederationFolder, host: str, port: int) -> SuperLinkLifespanConfig:
    """Return Flower's settings: nothing is installed, started or sent out by it."""
    return SuperLinkLifespanConfig(
        control_address="",
        health_server_address=None,
        host=host,
        port=port,
        insecure=False,
        certificates=None,
        superexec_auth_secret=None,
        authn_plugin=NoOpControlAuthnPlugin(),
        event_log_plugin=None,
        fleet_event_log_plugin=None,
        enable_event_log=False,
        artifact_provider=None,
        enable_supernode_auth=True,
        fleet_api_type="grpc-rere",
        fleet_api_address=None,
        simulation=False,
        ssl_ca_certfile=str(folder.path / "ca.pem"),
        ssl_certfile=str(folder.path / "server.pem"),
        ssl_keyfile=str(folder.path / "server.key"),
        database=str(folder.database),
        isolation="process",  # the ServerApp is our job
        runtime_dependency_install=False,
    )
