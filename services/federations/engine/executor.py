"""The process beside a SuperNode that does its tasks, one after the other, without a fresh start.

Flower would start an interpreter for every message and run the code that the server sent. This
one stays, and runs only what is installed at the site.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, cast

import httpx
import structlog
from flwr.app import Context, Error, Message

from app.errors import RoundhouseError
from services.engine_kit.errors import StopTraining
from services.federations.engine.facts import UnreadableError
from services.federations.engine.pauses import pause_after
from services.federations.errors import DataChanged, ManifestRefused
from services.flower.calls import (
    ACQUIRE_TASK,
    AcquireTaskRequest,
    PullObjectRequest,
    PullObjectResponse,
    PullTaskInputRequest,
    PullTaskInputResponse,
    RuntimeHttpClient,
    RuntimeTokenHttpInterceptor,
    RuntimeVersionHttpInterceptor,
    SendTaskHeartbeatRequest,
    SubStatus,
    SuperExecAuthHttpInterceptor,
    TaskType,
    pull_task_input,
    push_message,
    push_task_output,
)
from services.flower.messages import ErrorCode
from services.runs.training.engine.federated.grid import FAULTS
from services.runs.training.engine.federated.site import DeadlineError
from services.runs.training.engine.learning import Check

BEAT_SECONDS = 10.0
STALLED_SECONDS = 120.0  # without any part of a message
SAYABLE = (DeadlineError, UnreadableError)  # what they say is made here, of numbers and names

log = structlog.get_logger(__name__)
Answerer = Callable[[Message, Context], Message]


class Executor:
    """Takes the tasks of the SuperNode at ``address`` (on this machine) and answers them."""

    def __init__(self, address: str, secret: bytes, report: Callable[[str], None]) -> None:
        self._address = address
        self._report = report
        self._acquiring = self._client(
            SuperExecAuthHttpInterceptor(master_secret=secret, protected_methods={ACQUIRE_TASK})
        )
        self.run_id: int | None = None
        self.begun = 0.0  # monotonic seconds at which the task was taken

    def work(self, answer: Answerer, check: Check, over: threading.Event) -> None:
        """Answer tasks until ``over`` is set; ``check`` raises when the run of a task is over."""
        request = AcquireTaskRequest(supported_task_types=[TaskType.CLIENT_APP])
        idle_since = time.monotonic()
        while not over.is_set():
            try:
                token = self._acquiring.AcquireTask(request).token
                if token:
                    self._do(token, answer, check)
                    idle_since = time.monotonic()
                    continue
            except httpx.HTTPError as error:
                log.info("the SuperNode does not answer", reason=type(error).__name__)
            over.wait(pause_after(time.monotonic() - idle_since))

    def _do(self, token: str, answer: Answerer, check: Check) -> None:
        done = threading.Event()
        with self._client(RuntimeTokenHttpInterceptor(token)) as client:
            # from the beginning: a large model may take longer to come than a task lives
            threading.Thread(target=_beat, args=(client, done), daemon=True).start()
            try:
                patient = cast("RuntimeHttpClient", Patient(client, self._begin, check))
                message, context, _, _ = pull_task_input(patient)
                push_message(client, self._answered(answer, message, context), context)
                push_task_output(client, context, SubStatus.COMPLETED, "")
            except StopTraining:
                log.info("the run is over; its message is given up", run=self.run_id)
            finally:
                done.set()
                self.run_id = None

    def _begin(self, run_id: int) -> None:
        self.run_id, self.begun = run_id, time.monotonic()

    def _answered(self, answer: Answerer, message: Message, context: Context) -> Message:
        kind, begun = message.metadata.message_type, time.monotonic()
        try:
            reply = answer(message, context)
        except StopTraining:
            log.info("the run is over; its training here is given up", run=self.run_id)
            reason = "the run is over"
        except RoundhouseError as error:
            log.warning("refused", message=kind, reason=error.detail)
            reason = what_leaves(error)
            self._report(reason)
        except FAULTS as error:
            log.error("failed", message=kind, exc_info=error)
            reason = what_leaves(error)
            self._report(reason)
        else:
            log.info("answered", message=kind, seconds=round(time.monotonic() - begun, 2))
            return reply
        refusal = Error(code=ErrorCode.CLIENT_APP_RAISED_EXCEPTION, reason=reason.rstrip("."))
        return Message(refusal, reply_to=message)

    def _client(
        self, more: RuntimeTokenHttpInterceptor | SuperExecAuthHttpInterceptor
    ) -> RuntimeHttpClient:
        version = RuntimeVersionHttpInterceptor(component_name="flwr-clientapp")
        return RuntimeHttpClient.from_server_address(
            self._address, insecure=True, root_certificates=None, interceptors=[version, more]
        )


def what_leaves(error: Exception) -> str:
    """Return what the server learns of a fault: a sentence of ours, never a foreign message.

    The text of any other error may quote a cell of the data or a path.
    """
    if isinstance(error, ManifestRefused) and not isinstance(error, DataChanged):
        return error.public_detail
    if isinstance(error, RoundhouseError):
        return error.detail
    name = type(error).__name__
    if isinstance(error, SAYABLE):
        return f"{name}: {error}"
    return f"{name}: the log of the site says more"


class Patient:
    """A client that stops asking for a message which will not come any more.

    A run that ends while its message is on the way leaves it without content, and Flower would
    ask for that for more than an hour.
    """

    def __init__(self, client: RuntimeHttpClient, begin: Callable[[int], None], check: Check):
        self._client = client
        self._begin = begin
        self._check = check
        self._came = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def PullTaskInput(self, request: PullTaskInputRequest) -> PullTaskInputResponse:  # noqa: N802
        """Ask what the task is, and report of which run."""
        response = self._client.PullTaskInput(request)
        self._begin(response.run.run_id)
        return response

    def PullObject(self, request: PullObjectRequest) -> PullObjectResponse:  # noqa: N802
        """Ask for a part of the message; raises when its run is over, or nothing comes."""
        self._check()
        if time.monotonic() - self._came > STALLED_SECONDS:
            raise httpx.ReadTimeout("the message does not come")
        response = self._client.PullObject(request)
        if response.object_available:
            self._came = time.monotonic()
        return response


def _beat(client: RuntimeHttpClient, done: threading.Event) -> None:
    while not done.wait(BEAT_SECONDS):
        try:
            client.SendTaskHeartbeat(SendTaskHeartbeatRequest())
        except (httpx.HTTPError, RuntimeError):
            continue  # the next beat is soon; a SuperNode that is gone ends this process
