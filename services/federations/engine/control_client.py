"""Calls of this host's own programs to a SuperLink: starting a run on it, claiming that run.

Flower's Control and Runtime APIs know no password of their own; the gate in front of them lets
in who says the secret of the federation's folder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.federations.engine.bundle import empty_bundle
from services.federations.types import LinkAddress
from services.flower.calls import (
    AcquireTaskRequest,
    ControlHttpClient,
    ProtobufCall,
    ProtobufRequestContext,
    PullTaskInputRequest,
    PushTaskOutputRequest,
    RuntimeHttpClient,
    RuntimeTokenHttpInterceptor,
    RuntimeVersionHttpInterceptor,
    SendTaskHeartbeatRequest,
    StartRunRequest,
    StopRunRequest,
    SubStatus,
    TaskType,
    run_from_proto,
)
from services.flower.messages import Run

OPERATOR_HEADER = "x-roundhouse-operator"
MAX_STALE = 100  # runs that other attempts began and never claimed


class OperatorInterceptor:
    """Says the federation's secret with every call."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def intercept(self, context: ProtobufRequestContext, call_next: ProtobufCall) -> httpx.Response:
        """Add the secret and go on."""
        context.request.headers[OPERATOR_HEADER] = self._secret
        return call_next(context)


@dataclass(frozen=True, kw_only=True)
class ClaimedRun:
    """A run on a SuperLink whose ServerApp is this process."""

    run: Run
    task_id: int
    node_id: int
    client: RuntimeHttpClient

    def beat(self) -> bool:
        """Keep the run alive; return whether the SuperLink still counts it as alive."""
        return bool(self.client.SendTaskHeartbeat(SendTaskHeartbeatRequest()).success)

    def end(self) -> None:
        """Report to the SuperLink that the run is over; its sites then drop what is left of it."""
        request = PushTaskOutputRequest(sub_status=SubStatus.COMPLETED, details="")
        self.client.PushTaskOutput(request)


class ControlClient:
    """One SuperLink, as the programs of its own host use it."""

    def __init__(self, address: LinkAddress) -> None:
        self._address = address
        self._secret = OperatorInterceptor(address.secret)
        self._version = RuntimeVersionHttpInterceptor(component_name="flwr-serverapp")

    def claim_new_run(self) -> ClaimedRun:
        """Start a run and become its ServerApp; raises ``httpx.HTTPError`` if nobody answers."""
        with self._alone(), self._control() as control, self._runtime() as runtime:
            run_id = control.StartRun(StartRunRequest(fab=empty_bundle())).run_id
            for _ in range(MAX_STALE):
                request = AcquireTaskRequest(supported_task_types=[TaskType.SERVER_APP])
                acquired = runtime.AcquireTask(request)
                if acquired.task.run_id == run_id:
                    return self._claimed(acquired.token, acquired.task.task_id)
                # an attempt that died between two calls left this one: nobody waits for it
                control.StopRun(StopRunRequest(run_id=acquired.task.run_id))
        raise httpx.RemoteProtocolError("the SuperLink does not give out the run that it started")

    def _claimed(self, token: str, task_id: int) -> ClaimedRun:
        client = self._runtime(RuntimeTokenHttpInterceptor(token))
        given = client.PullTaskInput(PullTaskInputRequest())
        return ClaimedRun(
            run=run_from_proto(given.run),
            task_id=task_id,
            node_id=given.context.node_id,
            client=client,
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one job at a time start a run: a SuperLink gives the oldest to whoever asks."""
        lock = os.open(Path(self._address.folder) / "claim.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _control(self) -> ControlHttpClient:
        where = self._address
        return ControlHttpClient.from_server_address(
            where.address,
            insecure=False,
            root_certificates=where.certificate,
            interceptors=[self._secret],
        )

    def _runtime(self, *more: RuntimeTokenHttpInterceptor) -> RuntimeHttpClient:
        where = self._address
        return RuntimeHttpClient.from_server_address(
            where.address,
            insecure=False,
            root_certificates=where.certificate,
            interceptors=[self._secret, self._version, *more],
        )
