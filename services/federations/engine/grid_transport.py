"""Messages to sites and their answers back, over a SuperLink that may be away for a while.

The rounds number sites from 2 in the order of their names, as in one process, so the same seed
draws the same sites; a SuperLink has its own numbers. Whoever does not answer is reported as an
error, so the round goes on without it.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import httpx
from flwr.app import ArrayRecord, Error, Message

from app.clock import now
from app.events import Event
from services.engine_kit.errors import TrainingFailedError
from services.federations.engine.arrivals import TimeoutGrid
from services.federations.engine.control_client import ClaimedRun, ControlClient
from services.federations.engine.facts import FROZEN, SETUP, SitePlan
from services.federations.engine.patient_link import LINK_PATIENCE, Log, PatientLink
from services.federations.engine.pauses import pause_after
from services.federations.types import Participants
from services.flower.grid import HttpGrid, use_client
from services.flower.messages import ErrorCode, become, set_message_id, set_sender
from services.runs.events import SitesAnswered
from services.runs.training.engine.federated.delivery import SiteReply, Started
from services.runs.training.engine.federated.grid import CLIENT_FAULT, SERVER_NODE
from services.runs.training.engine.federated.site import DeadlineError, RoundPlan
from services.runs.training.engine.learning import Check

LOOK_SECONDS, BEAT_SECONDS = 3.0, 10.0
MAX_ROUND_SECONDS = 3600.0  # seconds for an answer where the settings name no deadline
MAX_QUESTION_SECONDS = 300.0  # seconds to read data and count it, before the first round
AFTER_THE_END = 60.0  # seconds: the deadline is reported by us, with its name, and not by Flower
# What Flower answers itself for a site whose program is just connecting again.
LOST = (
    ErrorCode.NODE_UNAVAILABLE,
    ErrorCode.MESSAGE_UNAVAILABLE,
    ErrorCode.REPLY_MESSAGE_UNAVAILABLE,
)
MAX_LOST = 20

PHASES = {"query": "asking", "train": "training", "evaluate": "measuring"}

Publish = Callable[[Event], None]


@dataclass(kw_only=True)
class PendingMessage:
    """A message on its way: the rounds' own, its plan, and Flower's ids of what was sent.

    ``since`` is when the site had last connected: who connects again has forgotten the message.
    """

    message: Message
    plan: SitePlan
    ends_at: float
    ids: list[str] = field(default_factory=list)
    run: int = 0
    since: str | None = None
    lost: int = 0
    not_before: float = 0.0


class GridTransport:
    """Implements ``Courier`` over a SuperLink; to be used as a context."""

    def __init__(
        self,
        participants: Participants,
        current: RoundPlan,
        log: Log,
        patience: float = LINK_PATIENCE,
        publish: Publish = lambda _: None,
    ) -> None:
        self._participants = participants
        self._operator = ControlClient(participants.link)
        self._current = current
        self.check: Check = lambda: None
        self._log = log
        self._link = PatientLink(
            federation=participants.federation,
            seconds=patience,
            log=log,
            check=self._check,
            renew=self._claim,
        )
        self._publish = publish
        self._claimed: ClaimedRun | None = None
        self._grid: HttpGrid | None = None
        self._over = threading.Event()
        self.plans: Mapping[int, SitePlan] = {}
        self.frozen: ArrayRecord | None = None  # weights that nobody trains, for every site
        names = [site.name for site in participants.sites]
        self.nodes = dict(enumerate(names, start=SERVER_NODE + 1))

    def _check(self) -> None:
        self.check()  # set by whoever trains, after this was made

    def __enter__(self) -> Self:
        self._link.call(self._claim)
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        try:
            if self._claimed is not None:
                self._claimed.end()
        except httpx.HTTPError:
            pass  # the SuperLink finds out by itself within a minute

    @property
    def grid(self) -> HttpGrid:
        """Flower's grid of the run that is claimed at the moment."""
        if self._grid is None:
            raise TrainingFailedError("The SuperLink of this federation has no run for this job.")
        return self._grid

    def deliver(self, messages: Sequence[Message], started: Started) -> Iterator[SiteReply]:
        """Send everything at once; yield each answer as it comes, at last the missing ones."""
        begun, sent_at = time.monotonic(), now()
        waiting = [self._sent(message) for message in messages]
        for one in waiting:
            started(one.message.metadata.dst_node_id, sent_at, 0.0)
        answered: list[str] = []
        self._publish_answered(messages, answered, waiting)
        for answer in self._answers(waiting):
            seconds = time.monotonic() - begun
            if not answer.has_error():
                answered.append(self.nodes[answer.metadata.src_node_id])
            self._publish_answered(messages, answered, waiting)
            yield SiteReply(answer=answer, sent_at=sent_at, waiting=0.0, seconds=seconds)

    def _publish_answered(
        self,
        messages: Sequence[Message],
        answered: Sequence[str],
        waiting: Sequence[PendingMessage],
    ) -> None:
        """Publish who has answered so far."""
        if messages:
            self._publish(
                SitesAnswered(
                    run_id=self.plans[messages[0].metadata.dst_node_id].run,
                    round=self._current.number,
                    phase=PHASES[messages[0].metadata.message_type],
                    answered=sorted(answered),
                    waiting_for=sorted(
                        self.nodes[one.message.metadata.dst_node_id] for one in waiting
                    ),
                )
            )

    def _sent(self, message: Message) -> PendingMessage:
        in_round = message.metadata.message_type == "train"
        longest = (
            MAX_QUESTION_SECONDS if message.metadata.message_type == "query" else MAX_ROUND_SECONDS
        )
        seconds = min(self._current.seconds, longest)
        ends_at = time.monotonic() + seconds
        if in_round and math.isfinite(self._current.ends_at):
            ends_at = self._current.ends_at
        left = max(1.0, ends_at - time.monotonic())
        plan = replace(self.plans[message.metadata.dst_node_id], seconds=left)
        return PendingMessage(message=message, plan=plan, ends_at=ends_at)

    def _answers(self, waiting: list[PendingMessage]) -> Iterator[Message]:
        begun, looked = time.monotonic(), -math.inf
        while waiting:
            self.check()
            for reply in self._link.call(lambda: self._exchange(waiting)):
                answered = reply.metadata.reply_to_message_id
                one = next((one for one in waiting if answered in one.ids), None)
                if one is None or _sent_again(one, reply):
                    continue
                waiting.remove(one)
                set_sender(reply, one.message.metadata.dst_node_id)
                yield reply
            gone: Mapping[str, str] = {}
            if time.monotonic() - looked > LOOK_SECONDS:
                looked, gone = time.monotonic(), self._participants.absent()
                self._link.call(lambda: self._send_to_restarted(waiting))
            for one in list(waiting):
                reason = self._missing(one, gone)
                if reason is not None:
                    waiting.remove(one)
                    error = Error(code=CLIENT_FAULT, reason=reason)
                    yield Message(error, reply_to=one.message)
            time.sleep(pause_after(time.monotonic() - begun))

    def _missing(self, one: PendingMessage, gone: Mapping[str, str]) -> str | None:
        if time.monotonic() > one.ends_at:
            seconds = min(self._current.seconds, MAX_ROUND_SECONDS)
            return f"{DeadlineError.__name__}: not done after the {seconds:g} s of the round"
        return gone.get(self.nodes[one.message.metadata.dst_node_id])

    def _exchange(self, waiting: Sequence[PendingMessage]) -> list[Message]:
        """Send what the present run has not carried yet; return what has come back."""
        run, at = self.grid.run.run_id, time.monotonic()
        due = [one for one in waiting if one.run != run and at >= one.not_before]
        since = self._since() if due else {}
        for one in due:
            node = self._node(one)
            if node is not None:
                one.ids, one.since = [], since.get(node)
                self._send(one, node)
        sent = [number for one in waiting for number in one.ids]
        return list(self.grid.pull_messages(sent)) if sent else []

    def _send_to_restarted(self, waiting: Sequence[PendingMessage]) -> None:
        """Send a message once more to a site whose program has restarted since it was sent."""
        since = self._since()
        for one in waiting:
            node = self._node(one)
            if node is None or not one.ids or since.get(node, one.since) == one.since:
                continue
            name, known = self.nodes[one.message.metadata.dst_node_id], one.since
            one.since = since[node]
            if known is not None:  # else it was not there yet, and gets what waits for it
                self._log("info", f"{name} has connected again and gets the message again.")
                self._send(one, node)

    def _since(self) -> dict[int, str]:
        """Return since when each node is connected, of those that are."""
        return {node.node_id: node.last_activated_at for node in self.grid.get_nodes()}

    def _node(self, one: PendingMessage) -> int | None:
        numbers = {site.name: site.node_id for site in self._participants.sites}
        return numbers[self.nodes[one.message.metadata.dst_node_id]]

    def _send(self, one: PendingMessage, node: int) -> None:
        content, metadata = one.message.content, one.message.metadata
        content[SETUP] = one.plan.record()
        if self.frozen is not None:
            content[FROZEN] = self.frozen
        outgoing = Message(
            content,
            dst_node_id=node,
            message_type=metadata.message_type,
            group_id=metadata.group_id,
            ttl=max(0.0, one.ends_at - time.monotonic()) + AFTER_THE_END,
        )
        (number,) = self.grid.push_messages([outgoing])
        one.ids.append(number)
        one.run = self.grid.run.run_id
        set_message_id(one.message, number)

    def _claim(self) -> None:
        """Become the ServerApp of a new run: the first one, or one after a SuperLink's death."""
        self._claimed = claimed = self._operator.claim_new_run()
        become(run_id=claimed.run.run_id, task_id=claimed.task_id, node_id=claimed.node_id)
        where = self._participants.link
        self._grid = TimeoutGrid(where.address, where.certificate, f"task {claimed.task_id}")
        use_client(self._grid, claimed.client)
        self._grid.set_run(claimed.run)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            claimed = self._claimed
            try:
                if claimed is not None:
                    claimed.beat()
            except httpx.HTTPError:
                continue  # the next call of the job finds out what is wrong


def _sent_again(one: PendingMessage, reply: Message) -> bool:
    """Have a message sent again that did not reach its site; whether the site is gone we know."""
    if not reply.has_error() or reply.error.code not in LOST or one.lost >= MAX_LOST:
        return False
    one.ids.remove(reply.metadata.reply_to_message_id)
    if one.ids:
        return True  # it was sent once more already
    one.run, one.lost = 0, one.lost + 1
    one.not_before = time.monotonic() + LOOK_SECONDS
    return True
